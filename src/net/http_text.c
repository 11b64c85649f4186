/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What services say about their refusals is shown to the user, so it may not
 * play tricks with a terminal, nor be endless.
 */

#include "net/http.h"
#include "net/json.h"

enum { TEXT_MAX = 600 };

void
http_clean_put(struct buf *b, struct span text)
{
	text = span_sub(text, 0, TEXT_MAX);
	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i];

		buf_putc(b, c < ' ' || c == 0x7f ? ' ' : text.p[i]);
	}
}

void
http_text_put(struct buf *b, struct span json)
{
	struct buf text = { 0 };

	if (jtext_text(&text, json))
		http_clean_put(b, buf_get(&text));
	buf_fini(&text);
}

/* Append `text` with the five entities of XML undone. */
static void
put_entities(struct buf *b, struct span text)
{
	static const struct {
		const char *entity;
		char c;
	} known[] = { { "&amp;", '&' }, { "&lt;", '<' }, { "&gt;", '>' },
		{ "&quot;", '"' }, { "&apos;", '\'' }, { "&#39;", '\'' },
		{ "&#34;", '"' }, { "&#xA;", '\n' } };
	size_t count = sizeof known / sizeof *known, k;

	for (size_t i = 0; i < text.n; i++) {
		struct span rest = span_sub(text, i, text.n);

		for (k = 0; k < count; k++)
			if (span_starts(rest, known[k].entity))
				break;
		buf_putc(b, k < count ? known[k].c : text.p[i]);
		if (k < count)
			i += span_of(known[k].entity).n - 1;
	}
}

void
http_tag_put(struct buf *b, struct span xml, const char *tag)
{
	struct buf open = { 0 };
	size_t at, end;

	buf_printf(&open, "<%s>", tag);
	at = span_search(xml, buf_get(&open));
	if (!open.failed && at < xml.n) {
		at += open.n;
		end = at + span_find(span_sub(xml, at, xml.n), '<');
		put_entities(b, span_sub(xml, at, end));
	}
	buf_fini(&open);
}
