/* The floor of every reaction: gives back on `out` what comes in on `in`, at the same frame. */
#include <jack/jack.h>
#include <jack/midiport.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

static jack_port_t *in, *out;
static volatile sig_atomic_t ending;

static void end(int signal_number) { (void)signal_number; ending = 1; }

static int process(jack_nframes_t frames, void *unused) {
    (void)unused;
    void *heard = jack_port_get_buffer(in, frames), *said = jack_port_get_buffer(out, frames);
    jack_midi_clear_buffer(said);
    for (uint32_t i = 0; i < jack_midi_get_event_count(heard); i++) {
        jack_midi_event_t event;
        if (jack_midi_event_get(&event, heard, i) == 0)
            jack_midi_event_write(said, event.time, event.buffer, event.size);
    }
    return 0;
}

int main(int count, char **words) {
    jack_client_t *client = count == 2 ? jack_client_open(words[1], JackNoStartServer, NULL) : NULL;
    if (client == NULL) return 1;
    mlockall(MCL_CURRENT);
    signal(SIGTERM, end);
    in = jack_port_register(client, "in", JACK_DEFAULT_MIDI_TYPE, JackPortIsInput, 0);
    out = jack_port_register(client, "out", JACK_DEFAULT_MIDI_TYPE, JackPortIsOutput, 0);
    jack_set_process_callback(client, process, NULL);
    if (jack_activate(client) != 0) return 1;
    puts("ready");
    fflush(stdout);
    while (!ending) usleep(20000);
    jack_client_close(client);
    return 0;
}
