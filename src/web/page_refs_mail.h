/* Mails as a form lists them, by whom, what for and how they stand; of which there is no end: the newest, one more than
 * stand in a list to choose from.  Adds to OPTIONS (RefOption, in CONTEXT's arena) what VIEWER may see; O(PAGE_REFS_CHOSEN). */
#ifndef SHODO_WEB_PAGE_REFS_MAIL_H
#define SHODO_WEB_PAGE_REFS_MAIL_H

#include "engine/access.h"

void page_refs_mails(World *world, const Viewer *viewer, const ActContext *context, List *options);    /* 発送簿 */
void page_refs_received(World *world, const Viewer *viewer, const ActContext *context, List *options); /* 受信簿 */

#endif
