/* event_text.h - the table of event types, written out for readers.
 *
 * Layer 3. audit/EVENTS.md and contracts/events.schema.json are these bytes; a
 * test compares them, `make accept` writes them anew.
 */
#ifndef UTFALL_EVENT_TEXT_H
#define UTFALL_EVENT_TEXT_H

struct buf;

void event_types_markdown(struct buf *ret);
/* JSON Schema, draft 2020-12, of one event as a party writes it before it is signed: "@label" may
 * stand for a digest, and `contract` may be given once for a whole file. */
void event_types_schema(struct buf *ret);

#endif
