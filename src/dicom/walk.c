/* walk.c -- a stack of levels; each event looks at the top one only. */
#include "dicom/walk.h"

void dicom_walk_init(struct dicom_walk *w, struct dicom_set set)
{
    w->depth = 0;
    w->element = NULL;
    w->set = set;
    w->levels[0] = (struct dicom_walk_level){ .set = set };
}

static enum dicom_walk_event event_at(struct dicom_walk *w, const struct dicom_walk_level *level,
                                      enum dicom_walk_event event)
{
    w->set = level->set;
    w->element = &level->set.elements[level->next];
    return event;
}

enum dicom_walk_event dicom_walk_next(struct dicom_walk *w)
{
    struct dicom_walk_level *top = &w->levels[w->depth];
    if (top->open) {
        enum dicom_walk_event event = event_at(w, top, WALK_ITEM);
        if (top->item < w->element->length && w->depth + 1 < DICOM_WALK_DEPTH) {
            struct dicom_set item = dicom_set_item(top->set, w->element, top->item++);
            w->levels[++w->depth] = (struct dicom_walk_level){ .set = item };
            return event;
        }
        top->open = false;
        top->next++;
        return WALK_SEQUENCE_END;
    }
    if (top->next == top->set.count) {
        if (w->depth == 0)
            return WALK_END;
        return event_at(w, &w->levels[--w->depth], WALK_ITEM_END);
    }
    enum dicom_walk_event event = event_at(w, top, WALK_ELEMENT);
    if (w->element->vr == VR_SQ) {
        top->open = true;
        top->item = 0;
        return WALK_SEQUENCE;
    }
    top->next++;
    return event;
}
