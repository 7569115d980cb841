/* replay_taken.h - which amounts a replay took as recorded, and why. */
#ifndef UTFALL_REPLAY_TAKEN_H
#define UTFALL_REPLAY_TAKEN_H

struct call;
struct json;
struct replay_state;

/* Statements of which all or some lines were taken as recorded. `state` may be NULL. */
struct json replay_taken_json(struct call *call, struct replay_state *state);
void replay_taken_say(struct call *call, struct replay_state *state);

#endif
