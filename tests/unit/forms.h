/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests of the formats share: golden vectors and round trips. */
#ifndef TESTS_FORMS_H
#define TESTS_FORMS_H

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/number.h"
#include "doc/path.h"
#include "doc/splice.h"
#include "doc/value.h"
#include "format/format.h"
#include "format/json_internal.h"

/* xorshift: the same inputs in every run. */
static inline uint32_t
forms_random(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

static inline enum sealeaf_code
forms_scan(struct doc *d, const struct format *f, struct span source,
    struct sealeaf_error *e)
{
	memset(d, 0, sizeof *d);
	memset(e, 0, sizeof *e);
	d->format = f;
	d->source = source;
	return f->scan(d, e);
}

/* The metadata block of the vectors, as leaves. */
static inline void
forms_meta(struct doc *meta)
{
	static const char text[] = "{\"sops\":{\"age\":[{\"enc\":\"-----BEGIN"
	    "\\nxyz=\\n-----END\\n\",\"recipient\":\"age1x\"}],"
	    "\"lastmodified\":\"2026-01-01T00:00:00Z\","
	    "\"mac\":\"ENC[AES256_GCM,data:A,iv:B,tag:C,type:str]\","
	    "\"mac_only_encrypted\":true,\"shamir_threshold\":2,"
	    "\"version\":\"3.13.3\"}}";
	struct sealeaf_error e;

	assert_int_equal(forms_scan(meta, &format_json, span_of(text), &e), 0);
}

/* Whether scanning and cutting what place() made gives the source back, and
 * the metadata is found again. Returns false when `source` is refused. */
static inline bool
forms_round_trip(const struct format *f, struct span source)
{
	struct doc d, sealed, meta;
	struct buf block = { 0 }, out = { 0 }, back = { 0 }, again = { 0 };
	struct edits es = { 0 };
	struct sealeaf_error e;
	const struct format *g = f->sealed_as != NULL ? f->sealed_as : f;

	if (forms_scan(&d, f, source, &e) != SEALEAF_OK || d.has_meta) {
		doc_fini(&d);
		return false;
	}
	forms_meta(&meta);
	assert_int_equal(f->block(&block, &d, &meta.meta, NULL, &e), 0);
	assert_int_equal(f->place(&es, &d, buf_get(&block), &e), 0);
	assert_int_equal(splice(&out, source, &es, &e), 0);
	edits_fini(&es);
	if (forms_scan(&sealed, g, buf_get(&out), &e) != SEALEAF_OK) {
		print_error("%s\n---\n%.*s", e.text, (int)out.n, out.p);
		fail();
	}
	assert_true(sealed.has_meta);
	assert_int_equal(sealed.meta.n, meta.meta.n);
	for (size_t i = 0; i < meta.meta.n; i++) {
		assert_true(path_equal(sealed.meta.list[i].path,
		    meta.meta.list[i].path));
		assert_true(sealed.meta.list[i].value.p == NULL ||
		    span_equal(sealed.meta.list[i].value,
		    meta.meta.list[i].value));
	}
	assert_int_equal(sealed.leaves.n, d.leaves.n);
	for (size_t i = 0; i < sealed.n_blocks; i++)
		edits_add(&es, (size_t)(sealed.blocks[i].src.p - out.p),
		    sealed.blocks[i].src.n, span_make(NULL, 0));
	assert_int_equal(splice(&back, buf_get(&out), &es, &e), 0);
	if (!span_equal(buf_get(&back), source)) {
		print_error("place and cut differ:\n[%.*s]\n[%.*s]\n[%.*s]\n",
		    (int)source.n, source.p, (int)out.n, out.p, (int)back.n,
		    back.p);
		fail();
	}
	/* The old bytes, cut and put anew, give the same text. */
	if (f == g) {
		assert_int_equal(f->place(&es, &sealed, sealed.blocks[0].src,
		    &e), 0);
		assert_int_equal(splice(&again, buf_get(&out), &es, &e), 0);
		if (!span_equal(buf_get(&again), buf_get(&out))) {
			print_error("moved:\n[%.*s]\n[%.*s]\n", (int)out.n,
			    out.p, (int)again.n, again.p);
			fail();
		}
	}
	edits_fini(&es);
	buf_fini(&block);
	buf_fini(&out);
	buf_fini(&back);
	buf_fini(&again);
	doc_fini(&d);
	doc_fini(&sealed);
	doc_fini(&meta);
	return true;
}

/* Whether leaf.inside and paths make a tree, and spans lie in the source. */
static inline void
forms_sound(const struct doc *d)
{
	struct span s = d->source;

	for (size_t i = 0; i < d->leaves.n; i++) {
		const struct leaf *l = &d->leaves.list[i];

		assert_true(i + l->inside < d->leaves.n);
		assert_true(l->inside == 0 || l->type == LEAF_MAP ||
		    l->type == LEAF_LIST);
		assert_true(l->src.p >= s.p && l->src.p + l->src.n <=
		    s.p + s.n);
	}
}

static inline bool
forms_read(struct buf *b, const char *dir, const char *name)
{
	char path[1500], part[4096];
	size_t n;
	FILE *f;

	memset(b, 0, sizeof *b);
	(void)snprintf(path, sizeof path, "%s/%s", dir, name);
	f = fopen(path, "rb");
	if (f == NULL)
		return false;
	while ((n = fread(part, 1, sizeof part, f)) > 0)
		buf_put(b, part, n);
	(void)fclose(f);
	return true;
}

static inline bool
forms_clear(const struct step *s)
{
	for (; s != NULL; s = s->up) {
		if (s->key.p != NULL && span_ends(s->key, "_unencrypted"))
			return true;
	}
	return false;
}

/* Lines "type aad plain" of every leaf that the default rule encrypts. */
static inline void
forms_list(struct buf *out, const struct doc *d)
{
	struct buf aad = { 0 };

	for (size_t i = 0; i < d->leaves.n; i++) {
		const struct leaf *l = &d->leaves.list[i];

		if ((!leaf_is_value(l) && l->type != LEAF_COMMENT) ||
		    l->value.n == 0 ||
		    forms_clear(l->path))
			continue;
		path_aad(&aad, l->path);
		buf_printf(out, "%s %s ", leaf_type_name(l->type), aad.p);
		assert_true(value_canonical(out, l->type, l->value));
		buf_putc(out, '\n');
	}
	buf_fini(&aad);
}

/* The same lines from leaves.jsonl, one JSON object a line. */
static inline void
forms_expect(struct buf *out, struct span text)
{
	struct sealeaf_error e;
	struct doc d;
	size_t n;

	for (; text.n > 0; text = span_sub(text, n + 1, text.n)) {
		n = span_find(text, '\n');
		assert_int_equal(forms_scan(&d, &format_json,
		    span_sub(text, 0, n), &e), 0);
		for (size_t i = 0; i < d.leaves.n; i++) {
			buf_span(out, d.leaves.list[i].value);
			buf_putc(out, i + 1 < d.leaves.n ? ' ' : '\n');
		}
		doc_fini(&d);
	}
}

static inline void
forms_golden_one(const struct format *f, const char *dir, const char *ext,
    void (*list)(struct buf *, const struct doc *))
{
	struct print_style style = { .indent = -1, .reference = true };
	struct buf plain, leaves, dec, got = { 0 }, want = { 0 }, text = { 0 };
	struct sealeaf_error e;
	struct doc d;
	char name[64];

	(void)snprintf(name, sizeof name, "plain.%s", ext);
	assert_true(forms_read(&plain, dir, name));
	if (forms_scan(&d, f, buf_get(&plain), &e) != SEALEAF_OK) {
		/* SOPS takes these two, this reader does not. */
		if (strstr(dir, "json/trailing") == NULL &&
		    strstr(dir, "json/truncated") == NULL) {
			print_error("%s: %s\n", dir, e.text);
			fail();
		}
		goto out;
	}
	forms_sound(&d);
	(void)forms_read(&leaves, dir, "leaves.jsonl");
	forms_expect(&want, buf_get(&leaves));
	list(&got, &d);
	if (strstr(dir, "regex") == NULL && strstr(dir, "quoted-key") == NULL &&
	    f->tree && !span_equal(buf_get(&got), buf_get(&want))) {
		print_error("%s leaves:\n%.*s---\n%.*s", dir, (int)got.n, got.p,
		    (int)want.n, want.p);
		fail();
	}
	(void)snprintf(name, sizeof name, "3.13.3.dec.%s", ext);
	assert_int_equal(f->print(&text, &d.leaves, 0, d.leaves.n, 0, &style,
	    &e), 0);
	if (forms_read(&dec, dir, name) &&
	    !span_equal(buf_get(&text), buf_get(&dec))) {
		print_error("%s print:\n%.*s---\n%.*s", dir, (int)text.n,
		    text.p, (int)dec.n, dec.p);
		fail();
	}
	buf_fini(&dec);
	assert_true(forms_round_trip(f, buf_get(&plain)));
	buf_fini(&leaves);
out:
	buf_fini(&plain);
	buf_fini(&got);
	buf_fini(&want);
	buf_fini(&text);
	doc_fini(&d);
}

/* Every case of the groups, or a line that says why not. */
static inline void
forms_golden(const struct format *f, const char *const *groups,
    const char *ext, void (*list)(struct buf *, const struct doc *))
{
	char path[1024], name[1400];
	struct dirent *entry;
	struct buf probe;
	size_t n = 0;
	DIR *dir;

	for (; *groups != NULL; groups++) {
		(void)snprintf(path, sizeof path, "%s/vectors/%s", TESTDATA,
		    *groups);
		dir = opendir(path);
		while (dir != NULL && (entry = readdir(dir)) != NULL) {
			char file[64];

			(void)snprintf(name, sizeof name, "%s/%s", path,
			    entry->d_name);
			(void)snprintf(file, sizeof file, "plain.%s", ext);
			if (entry->d_name[0] == '.')
				continue;
			if (forms_read(&probe, name, file)) {
				forms_golden_one(f, name, ext, list);
				n++;
			}
			buf_fini(&probe);
		}
		if (dir != NULL)
			(void)closedir(dir);
	}
	if (n == 0) {
		print_message("no vectors under %s: skipped\n", TESTDATA);
		skip();
	}
}

/*
 * Spell `text` of `type` in place of leaf `at` of `sealed` and read it back:
 * the same type and value.
 */
static inline void
forms_spells(const struct format *f, struct span sealed, size_t at,
    enum leaf_type type, struct span text)
{
	struct doc d, again;
	struct buf spelled = { 0 }, out = { 0 };
	struct edits es = { 0 };
	struct sealeaf_error e;
	const struct leaf *l;

	assert_int_equal(forms_scan(&d, f, sealed, &e), 0);
	l = &d.leaves.list[at];
	assert_int_equal(f->spell(&spelled, &d, l, type, text, &e), 0);
	edits_add(&es, (size_t)(l->src.p - sealed.p), l->src.n,
	    buf_get(&spelled));
	assert_int_equal(splice(&out, sealed, &es, &e), 0);
	if (forms_scan(&again, f, buf_get(&out), &e) != 0 ||
	    again.leaves.n != d.leaves.n ||
	    again.leaves.list[at].type != type ||
	    !value_equal(type, again.leaves.list[at].value, text)) {
		print_error("spelled wrong: [%.*s] in [%.*s]\n", (int)text.n,
		    text.p, (int)out.n, out.p);
		fail();
	}
	edits_fini(&es);
	buf_fini(&spelled);
	buf_fini(&out);
	doc_fini(&d);
	doc_fini(&again);
}

#endif
