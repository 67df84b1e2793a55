/* The state machine: every cell of Table 9-10, 19 events by 13 states, against the table kept as data. */
#include "../check.h"

#include <stdio.h>

#include "ul/fsm.h"

struct row {
    char action[8], next[16];
};

/* The rows of ul_fsm.csv (event,event_name,state,action,next_state) by event and state; empty where there is none. */
static struct row expected[EVT_19 + 1][STA_13 + 1];

static int read_table(void **state)
{
    (void)state;
    FILE *f = fopen(UL_FSM_CSV, "r");
    if (!f)
        return -1;
    char line[200];
    int rows = 0;
    while (fgets(line, sizeof line, f)) {
        int event, sta;
        struct row row;
        if (sscanf(line, "Evt%d,%*[^,],Sta%d,%7[^,],%15[^\r\n]", &event, &sta, row.action, row.next) != 4)
            continue;
        if (event < EVT_1 || event > EVT_19 || sta < STA_1 || sta > STA_13)
            return -1;
        expected[event][sta] = row;
        rows++;
    }
    fclose(f);
    return rows == 123 ? 0 : -1;
}

static void every_cell_is_the_standards(void **state)
{
    (void)state;
    for (int e = EVT_1; e <= EVT_19; e++) {
        for (int s = STA_1; s <= STA_13; s++) {
            struct ul_transition cell = ul_fsm_cell((enum ul_event_number)e, (enum ul_state)s);
            const struct row *row = &expected[e][s];
            if (!row->action[0]) {
                assert_int_equal(cell.action, ACTION_NONE);
                assert_int_equal(cell.next, 0);
                continue;
            }
            char next[24];
            if (cell.other_next)
                snprintf(next, sizeof next, "Sta%d or Sta%d", cell.next, cell.other_next);
            else
                snprintf(next, sizeof next, "Sta%d", cell.next);
            assert_string_equal(ul_action_name((enum ul_action)cell.action), row->action);
            assert_string_equal(next, row->next);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_cell_is_the_standards),
    };
    return cmocka_run_group_tests_name("ul/fsm", tests, read_table, NULL);
}
