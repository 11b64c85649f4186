/* SPDX-License-Identifier: Apache-2.0 */
/*
 * groups add and groups delete: how the data key is shared out. Nothing is
 * written unless every key of every group took its share.
 */

#include <stdlib.h>

#include "base/mem.h"

#include "cli/action.h"
#include "cli/command.h"
#include "cli/quote.h"
#include "cli/report.h"

/* In the order in which SOPS puts the keys of a new group. */
static const struct {
	const char *source;
	enum opt_id id;
} sources[] = {
	{ "pgp", OPT_PGP },
	{ "kms", OPT_KMS },
	{ "gcp_kms", OPT_GCP_KMS },
	{ "hckms", OPT_HCKMS },
	{ "azure_kv", OPT_AZURE_KV },
	{ "hc_vault", OPT_HC_VAULT },
	{ "age", OPT_AGE },
};

/* The document of --file, with its data key. */
static enum sealeaf_code
open_file(struct target *t, struct cli *c, struct sealeaf_doc **doc,
    struct sealeaf_error *e)
{
	const char *file = opts_string(&c->opts, OPT_FILE);
	enum sealeaf_code code;

	if (file == NULL)
		return err_set(e, SEALEAF_ERR_READ,
		    "Error reading file: "
		    "open : no such file or directory");
	code = target_init(t, c, file, true, e);
	if (code == SEALEAF_OK)
		code = target_open(t, c, doc, e);
	/* SOPS has no code of its own for anything else in this command. */
	c->fatal = code != SEALEAF_ERR_READ ? "CMD" : NULL;
	if (code == SEALEAF_OK)
		code = sealeaf_unlock(*doc, e);
	if (code == SEALEAF_ERR_NO_KEY)
		report_shorten(e, sealeaf_threshold(*doc));
	return code;
}

/* Before groups change: which of them may go depends on it. */
static enum sealeaf_code
set_threshold(struct cli *c, struct sealeaf_doc *doc, struct sealeaf_error *e)
{
	const char *threshold = opts_string(&c->opts, OPT_THRESHOLD);
	long n = threshold != NULL ? strtol(threshold, NULL, 0) : 0;

	if (n < 0 || n > 255)
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "threshold %s is out of range", threshold);
	if (n > 0)
		sealeaf_threshold_set(doc, (unsigned)n);
	return SEALEAF_OK;
}

/* Wrap the data key for all groups, and write. */
static enum sealeaf_code
finish(struct target *t, struct cli *c, struct sealeaf_doc *doc,
    struct sealeaf_error *e)
{
	struct sealeaf_bytes out = { NULL, 0 };
	enum sealeaf_code code;

	code = sealeaf_rewrap(doc, &out, e);
	if (code == SEALEAF_OK)
		code = target_write(t, c, &out, e);
	sealeaf_bytes_free(&out);
	return code;
}

static enum sealeaf_code
add_keys(struct cli *c, struct sealeaf_doc *doc, struct sealeaf_error *e)
{
	size_t group = sealeaf_group_count(doc);

	for (size_t i = 0; i < sizeof sources / sizeof sources[0]; i++) {
		const struct opt_value *v = &c->opts.of[sources[i].id];

		/* Variables are for new files. */
		if (v->origin < OPT_FROM_COMMAND)
			continue;
		for (size_t k = 0; k < v->n; k++) {
			if (sealeaf_key_add(doc, group, sources[i].source,
				v->v[k], e) != 0)
				return e->code;
		}
	}
	if (sealeaf_group_count(doc) == group)
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "the new group has no key");
	return SEALEAF_OK;
}

enum sealeaf_code
cmd_groups_add(struct cli *c, struct sealeaf_error *e)
{
	struct sealeaf_doc *doc = NULL;
	struct target t = { 0 };
	enum sealeaf_code code;

	if (c->opts.n != 0)
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "error: no positional arguments allowed");
	code = open_file(&t, c, &doc, e);
	if (code == SEALEAF_OK)
		code = set_threshold(c, doc, e);
	if (code == SEALEAF_OK)
		code = add_keys(c, doc, e);
	if (code == SEALEAF_OK)
		code = finish(&t, c, doc, e);
	sealeaf_doc_free(doc);
	target_fini(&t);
	return code;
}

/* Go's ParseUint, whose text SOPS shows. */
static enum sealeaf_code
parse_index(const char *text, size_t *index, struct sealeaf_error *e)
{
	const char *problem = text[0] == '\0' ? "invalid syntax" : NULL;
	struct buf b = { 0 };

	*index = 0;
	for (const char *p = text; *p != '\0' && problem == NULL; p++) {
		if (*p < '0' || *p > '9')
			problem = "invalid syntax";
		else if (*index > UINT32_MAX / 10)
			problem = "value out of range";
		else
			*index = *index * 10 + (size_t)(*p - '0');
	}
	if (problem == NULL)
		return SEALEAF_OK;
	quote_append(&b, span_of(text));
	(void)err_set(e, SEALEAF_ERR_GENERIC,
	    "failed to parse [index] "
	    "argument: strconv.ParseUint: parsing %s: %s",
	    b.p != NULL ? b.p : "", problem);
	buf_fini(&b);
	return e->code;
}

enum sealeaf_code
cmd_groups_delete(struct cli *c, struct sealeaf_error *e)
{
	struct sealeaf_doc *doc = NULL;
	struct target t = { 0 };
	enum sealeaf_code code;
	size_t index;

	if (c->opts.n != 1)
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "error: exactly one "
		    "positional argument (index) required");
	c->fatal = "CMD";
	if (parse_index(c->opts.args[0], &index, e) != 0)
		return e->code;
	code = open_file(&t, c, &doc, e);
	if (code == SEALEAF_OK)
		code = set_threshold(c, doc, e);
	if (code == SEALEAF_OK)
		code = sealeaf_group_remove(doc, index, e);
	if (code == SEALEAF_OK)
		code = finish(&t, c, doc, e);
	sealeaf_doc_free(doc);
	target_fini(&t);
	return code;
}
