/* item.h -- items of the A-ASSOCIATE PDUs, for those who read and write them (PS3.8 9.3.2, Annex D; PS3.7 D.3.3). */
#ifndef MWL_UL_ITEM_H
#define MWL_UL_ITEM_H

#define UL_SOP_CLASS_MWL "1.2.840.10008.5.1.4.31"

enum ul_item {
    ITEM_APPLICATION_CONTEXT = 0x10,
    ITEM_CONTEXT_RQ = 0x20,
    ITEM_CONTEXT_AC = 0x21,
    ITEM_ABSTRACT_SYNTAX = 0x30,
    ITEM_TRANSFER_SYNTAX = 0x40,
    ITEM_USER_INFORMATION = 0x50,

    ITEM_MAXIMUM_LENGTH = 0x51,
    ITEM_IMPLEMENTATION_CLASS_UID = 0x52,
    ITEM_ASYNC_WINDOW = 0x53,
    ITEM_IMPLEMENTATION_VERSION = 0x55,
    ITEM_SOP_CLASS_EXTENDED = 0x56,
    ITEM_USER_IDENTITY_RQ = 0x58
};

enum {
    UL_ASSOCIATE_ECHO = 64,    /* both AE titles and 32 reserved bytes */
    UL_SMALLEST_MAX_LENGTH = 8 /* a PDV header and an even fragment; below, nothing could be sent */
};

#endif
