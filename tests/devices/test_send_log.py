"""What sending took is remembered without growing."""

from accompanist.devices.send_log import CAPACITY, SendLog


def test_lateness_is_counted_until_the_system_has_the_message():
    log = SendLog()
    log.add(planned_ns=1_000_000, begun_ns=1_040_000, done_ns=1_050_000)
    log.add(planned_ns=2_000_000, begun_ns=2_003_000, done_ns=2_004_000)
    assert log.late_us().tolist() == [50.0, 4.0]
    assert log.cost_us().tolist() == [10.0, 1.0]
    assert log.counts() == {"worst_late_us": 50, "worst_send_us": 10}


def test_the_latest_messages_are_kept_and_the_worst_of_all():
    log = SendLog()
    log.add(0, 0, 9_000_000)
    for number in range(CAPACITY):
        log.add(number, number, number + 1000)
    assert len(log.late_us()) == CAPACITY
    assert log.late_us().max() == 1.0
    assert (log.count, log.counts()["worst_late_us"]) == (CAPACITY + 1, 9000)
