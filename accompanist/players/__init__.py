"""The band: drums, bass and harmony, each a learned player with a rule-based understudy."""
