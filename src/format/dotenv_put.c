/* SPDX-License-Identifier: Apache-2.0 */
/* Writing single lines of a dotenv file. */

#include "format/change.h"
#include "format/dotenv_put.h"

static enum sealeaf_code
put_value(struct buf *b, const struct doc *d, const struct leaf *with,
    struct sealeaf_error *e)
{
	struct span key = with->path->key;

	if (with->type == LEAF_MAP || with->type == LEAF_LIST)
		return err_set(e, SEALEAF_ERR_DUMP,
		    "cannot use complex value "
		    "in dotenv file; offending key %.*s",
		    key.n < 200 ? (int)key.n : 200, key.p);
	return format_dotenv.spell(b, d, with, (enum leaf_type)with->type,
	    with->value, e);
}

enum sealeaf_code
envf_replace(struct edits *es, struct doc *d, size_t at,
    const struct leaf *with, struct sealeaf_error *e)
{
	const struct leaf *l = &d->leaves.list[at];
	struct buf b = { 0 };
	enum sealeaf_code rc = put_value(&b, d, with, e);

	if (rc == SEALEAF_OK)
		rc = change_add(es, d, change_start(d, l), change_end(d, l), &b,
		    e);
	buf_fini(&b);
	return rc;
}

/* SOPS would write these and not read them again. */
static enum sealeaf_code
check_key(struct span key, struct sealeaf_error *e)
{
	if (key.n > 0 && key.p[0] != '#' && span_find(key, '=') == key.n &&
	    span_find(key, '\n') == key.n)
		return SEALEAF_OK;
	err_set(e, SEALEAF_ERR_DUMP,
	    "the key cannot be written in a dotenv "
	    "file");
	err_hint(e,
	    "a key is not empty, has no '=' and no line break, and "
	    "does not begin with '#'");
	return SEALEAF_ERR_DUMP;
}

enum sealeaf_code
envf_insert(struct edits *es, struct doc *d, size_t at, const struct leaf *with,
    struct sealeaf_error *e)
{
	struct span s = d->source;
	bool open = s.n > 0 && s.p[s.n - 1] != '\n';
	struct buf b = { 0 };
	enum sealeaf_code rc = check_key(with->path->key, e);

	(void)at;
	if (open)
		buf_putc(&b, '\n');
	buf_span(&b, with->path->key);
	buf_putc(&b, '=');
	if (rc == SEALEAF_OK)
		rc = put_value(&b, d, with, e);
	if (!open)
		buf_putc(&b, '\n');
	if (rc == SEALEAF_OK)
		rc = change_add(es, d, s.n, s.n, &b, e);
	buf_fini(&b);
	return rc;
}

enum sealeaf_code
envf_remove(struct edits *es, struct doc *d, size_t at, struct sealeaf_error *e)
{
	size_t from = change_start(d, &d->leaves.list[at]);

	(void)e;
	change_cut_lines(es, d, change_line(d->source, from),
	    change_next_line(d->source, from));
	return SEALEAF_OK;
}
