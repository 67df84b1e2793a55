/* fsm.c -- fsm.def as two arrays. */
#include "ul/fsm.h"

enum { ACTIONS = AA_8 + 1, EVENTS = EVT_19 + 1, STATES = STA_13 + 1 };

static const struct action {
    const char *name;
    unsigned char next, other_next;
} actions[ACTIONS] = {
    [ACTION_NONE] = { "none", 0, 0 },
#define ACTION(action, name, next, other_next) [action] = { name, next, other_next },
#define EVENT(...)
#include "ul/fsm.def"
#undef ACTION
#undef EVENT
};

#define NONE ACTION_NONE
static const unsigned char table[EVENTS][STATES] = {
#define ACTION(...)
#define EVENT(event, ...) [event] = { ACTION_NONE, __VA_ARGS__ },
#include "ul/fsm.def"
#undef ACTION
#undef EVENT
};

struct ul_transition ul_fsm_cell(enum ul_event_number event, enum ul_state state)
{
    unsigned char action = table[event][state];
    return (struct ul_transition){ action, actions[action].next, actions[action].other_next };
}

const char *ul_action_name(enum ul_action action)
{
    return actions[action].name;
}
