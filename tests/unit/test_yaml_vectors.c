/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The leaves of the golden vectors: every value in order and every comment
 * that SOPS sealed, with the path it was sealed under. Within a collection
 * the order of comments in SOPS's file is another one, so they are compared
 * as sets.
 */

#include "forms.h"

#include "format/yaml_internal.h"

struct lines {
	struct span list[4096];
	size_t n;
};

static int
compare(const void *a, const void *b)
{
	return span_compare(*(const struct span *)a, *(const struct span *)b);
}

/* The lines of `s` that are comments, sorted; or the others, as they come. */
static void
pick(struct lines *ls, struct span s, bool comments)
{
	size_t n;

	ls->n = 0;
	while (s.n > 0) {
		n = 0;
		/* Values may hold newlines: an entry ends at 0x1e. */
		while (n < s.n && s.p[n] != '\x1e')
			n++;
		if (span_starts(s, "comment ") == comments) {
			assert_true(ls->n < 4096);
			ls->list[ls->n++] = span_make(s.p, n);
		}
		s = span_sub(s, n + 1, s.n);
	}
	if (comments)
		qsort(ls->list, ls->n, sizeof *ls->list, compare);
}

/* "type aad plain" of all leaves, or of those that the default rule seals. */
static void
list_leaves(struct buf *out, const struct doc *d, bool all)
{
	struct buf aad = { 0 };

	for (size_t i = 0; i < d->leaves.n; i++) {
		const struct leaf *l = &d->leaves.list[i];

		if ((!leaf_is_value(l) && l->type != LEAF_COMMENT) ||
		    l->value.n == 0 || (!all && forms_clear(l->path)))
			continue;
		path_aad(&aad, l->path);
		buf_printf(out, "%s %s ", leaf_type_name(l->type), aad.p);
		assert_true(value_canonical(out, l->type, l->value));
		buf_putc(out, '\x1e');
	}
	buf_fini(&aad);
}

static void
list_wanted(struct buf *out, struct span text)
{
	struct sealeaf_error e;
	struct doc d;
	size_t n;

	for (; text.n > 0; text = span_sub(text, n + 1, text.n)) {
		n = span_find(text, '\n');
		assert_int_equal(
		    forms_scan(&d, &format_json, span_sub(text, 0, n), &e), 0);
		for (size_t i = 0; i < 3; i++) {
			buf_span(out, d.leaves.list[i].value);
			buf_putc(out, i < 2 ? ' ' : '\x1e');
		}
		doc_fini(&d);
	}
}

/* Whether the case chooses what is sealed by a rule of its own. */
static bool
has_rule(const char *dir)
{
	struct buf args;
	bool found;

	if (!forms_read(&args, dir, "args"))
		return false;
	found = args.n > 0 &&
	    (strstr(args.p, "regex") != NULL ||
		strstr(args.p, "suffix") != NULL);
	buf_fini(&args);
	return found;
}

/* SOPS copies the comments of an anchored node with each alias. */
static bool
is_copied(const struct doc *d, struct span line)
{
	struct buf aad = { 0 };
	bool found = false;

	for (size_t i = 0; i < d->n_aliases && !found; i++) {
		path_aad(&aad, d->aliases[i].path);
		found = line.n > 8 + aad.n &&
		    memcmp(line.p + 8, aad.p, aad.n) == 0;
	}
	buf_fini(&aad);
	return found;
}

/* Every wanted line is there, in the same order; with `exact` nothing else. */
static bool
contains(const struct doc *d, const struct lines *got, const struct lines *want,
    bool exact, const char *dir)
{
	size_t i = 0;

	for (size_t j = 0; j < want->n; j++) {
		size_t k = i;

		while (k < got->n && !span_equal(got->list[k], want->list[j]))
			k++;
		if (k < got->n && (!exact || k == i)) {
			i = k + 1;
			continue;
		}
		if (span_starts(want->list[j], "comment ") &&
		    is_copied(d, want->list[j]))
			continue;
		print_error("%s: missing [%.*s]\n", dir, (int)want->list[j].n,
		    want->list[j].p);
		return false;
	}
	if (exact && i < got->n) {
		print_error("%s: too much [%.*s]\n", dir, (int)got->list[i].n,
		    got->list[i].p);
		return false;
	}
	return true;
}

static void
check_plain(const char *dir, struct span plain, struct span leaves)
{
	static struct lines got, want;
	struct buf ours = { 0 }, theirs = { 0 };
	bool exact = !has_rule(dir);
	struct sealeaf_error e;
	struct doc d = { 0 };

	memset(&e, 0, sizeof e);
	d.source = plain;
	if (yamlf_scan(&d, &e) != SEALEAF_OK) {
		print_error("%s: %s\n", dir, e.text);
		fail();
	}
	forms_sound(&d);
	list_leaves(&ours, &d, !exact);
	list_wanted(&theirs, leaves);
	pick(&got, buf_get(&ours), false);
	pick(&want, buf_get(&theirs), false);
	assert_true(contains(&d, &got, &want, exact, dir));
	pick(&got, buf_get(&ours), true);
	pick(&want, buf_get(&theirs), true);
	/* A comment more than SOPS has is one that it loses. */
	assert_true(contains(&d, &got, &want, false, dir));
	buf_fini(&ours);
	buf_fini(&theirs);
	doc_fini(&d);
}

static void
check_encrypted(const char *dir, struct span text, struct span leaves)
{
	size_t envelopes = 0, wanted = 0;
	struct sealeaf_error e;
	struct doc d = { 0 };

	memset(&e, 0, sizeof e);
	d.source = text;
	if (yamlf_scan(&d, &e) != SEALEAF_OK) {
		print_error("%s: %s\n", dir, e.text);
		fail();
	}
	assert_true(d.has_meta);
	assert_true(d.meta.n > 0);
	for (size_t i = 0; i < d.leaves.n; i++)
		envelopes += d.leaves.list[i].flags & LEAF_ENVELOPE ? 1 : 0;
	for (size_t i = 0; i < leaves.n; i++)
		wanted += leaves.p[i] == '\n' ? 1 : 0;
	if (envelopes != wanted) {
		print_error("%s: %zu envelopes for %zu\n", dir, envelopes,
		    wanted);
		fail();
	}
	doc_fini(&d);
}

static size_t
check_group(const char *group)
{
	char path[1024], dir[1400];
	struct buf plain, sealed, leaves;
	struct dirent *entry;
	size_t n = 0;
	DIR *list;

	(void)snprintf(path, sizeof path, "%s/vectors/%s", TESTDATA, group);
	list = opendir(path);
	while (list != NULL && (entry = readdir(list)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		(void)snprintf(dir, sizeof dir, "%s/%s", path, entry->d_name);
		if (!forms_read(&plain, dir, "plain.yaml"))
			continue;
		if (forms_read(&leaves, dir, "leaves.jsonl"))
			check_plain(dir, buf_get(&plain), buf_get(&leaves));
		if (forms_read(&sealed, dir, "3.13.3.enc.yaml")) {
			check_encrypted(dir, buf_get(&sealed),
			    buf_get(&leaves));
			n++;
		}
		buf_fini(&plain);
		buf_fini(&sealed);
		buf_fini(&leaves);
	}
	if (list != NULL)
		(void)closedir(list);
	return n;
}

static void
test_vectors(void **state)
{
	size_t n = check_group("yaml");

	(void)state;
	n += check_group("yaml-random");
	if (n == 0) {
		print_message("no vectors under %s: skipped\n", TESTDATA);
		skip();
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
