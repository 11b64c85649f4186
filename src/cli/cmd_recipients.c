/* SPDX-License-Identifier: Apache-2.0 */
/* recipients: the keys of encrypted files. No key is used. */

#include "base/show.h"

#include "cli/command.h"
#include "cli/quote.h"
#include "cli/target.h"

/* Group, kind and key of each, a line each, for people and for cut(1). */
static void
put_keys(struct buf *b, const struct sealeaf_doc *doc, const char *front)
{
	struct sealeaf_key_walk walk = { 0 };
	struct sealeaf_key key;

	while (sealeaf_key_next(doc, &walk, &key)) {
		buf_puts(b, front);
		show_printf(b, "%zu\t%s\t%s\n", walk.group + 1, key.source,
		    key.text);
	}
}

static void
put_key_json(struct buf *b, const struct sealeaf_key *key)
{
	buf_puts(b, "{\"type\": ");
	quote_json(b, key->source);
	buf_puts(b, ", \"key\": ");
	quote_json(b, key->text);
	if (key->created_at != NULL) {
		buf_puts(b, ", \"created_at\": ");
		quote_json(b, key->created_at);
	}
	buf_puts(b, "}");
}

/* One file: how many groups are needed, and the keys of each. */
static void
put_json(struct buf *b, const struct sealeaf_doc *doc, const char *file)
{
	size_t n = sealeaf_group_count(doc);
	unsigned need = sealeaf_threshold(doc);
	struct sealeaf_key_walk walk = { 0 };
	struct sealeaf_key key;
	bool more = sealeaf_key_next(doc, &walk, &key);

	buf_puts(b, "  {\"file\": ");
	quote_json(b, file);
	buf_printf(b, ", \"needed\": %u, \"groups\": [",
	    n > 1 && need > 0 ? need : (unsigned)n);
	for (size_t g = 0; g < n; g++) {
		buf_puts(b, g > 0 ? ", [" : "[");
		for (; more && walk.group == g;
		     more = sealeaf_key_next(doc, &walk, &key)) {
			buf_puts(b, walk.index > 0 ? ", " : "");
			put_key_json(b, &key);
		}
		buf_puts(b, "]");
	}
	buf_puts(b, "]}");
}

static enum sealeaf_code
put_file(struct buf *b, struct cli *c, const char *file,
    struct sealeaf_error *e)
{
	struct sealeaf_doc *doc = NULL;
	struct target t = { 0 };
	struct buf front = { 0 };
	enum sealeaf_code code;

	code = target_init(&t, c, file, false, e);
	if (code == SEALEAF_OK)
		code = target_open(&t, c, &doc, e);
	if (code == SEALEAF_OK && c->opts.n > 1)
		show_printf(&front, "%s\t", file);
	if (code != SEALEAF_OK)
		err_source(e, file);
	else if (opts_bool(&c->opts, OPT_JSON))
		put_json(b, doc, file);
	else
		put_keys(b, doc, front.p != NULL ? front.p : "");
	buf_fini(&front);
	sealeaf_doc_free(doc);
	target_fini(&t);
	return code;
}

enum sealeaf_code
cmd_recipients(struct cli *c, struct sealeaf_error *e)
{
	bool json = opts_bool(&c->opts, OPT_JSON);
	enum sealeaf_code code = SEALEAF_OK;
	struct buf b = { 0 };

	if (c->opts.n == 0)
		return err_set(e, SEALEAF_ERR_NO_FILE,
		    "Error: no file specified");
	buf_puts(&b, json ? "[\n" : "");
	for (size_t i = 0; i < c->opts.n && code == SEALEAF_OK; i++) {
		buf_puts(&b, json && i > 0 ? ",\n" : "");
		code = put_file(&b, c, c->opts.args[i], e);
	}
	buf_puts(&b, json ? "\n]\n" : "");
	if (code == SEALEAF_OK)
		code = buf_check(&b, e);
	if (code == SEALEAF_OK)
		code = target_print(buf_get(&b), e);
	buf_fini(&b);
	return code;
}
