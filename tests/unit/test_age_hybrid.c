/* SPDX-License-Identifier: Apache-2.0 */
/* Post-quantum age keys: HPKE's key schedule, and where ML-KEM is, all. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sodium.h>

#include "age_world.h"
#include "base/file.h"
#include "crypt/mlkem.h"
#include "key/age_hybrid.h"
#include "key/source.h"
#include "opened.h"

static void
from_hex(uint8_t *out, size_t n, const char *hex)
{
	assert_int_equal(
	    sodium_hex2bin(out, n, hex, strlen(hex), NULL, NULL, NULL), 0);
}

/* The values that CCTV's vectors come to (format of age, 2025). */
static void
test_schedule(void **state)
{
	uint8_t shared[32], key[32], nonce[12];
	struct age_hpke h;

	(void)state;
	from_hex(shared, 32,
	    "ca8968e3d05fc4403263f45b2adb07d6"
	    "e0713f2af1c12c06e23772f2715d29ab");
	from_hex(key, 32,
	    "389db543a1061c2f1b9563f9c268419b"
	    "d1287a611e4db95d2ffa41544e36f461");
	from_hex(nonce, 12, "d09340e8f797f8a609fdfdf8");
	age_hpke_schedule(&h, shared);
	assert_memory_equal(h.key, key, sizeof key);
	assert_memory_equal(h.nonce, nonce, sizeof nonce);
}

/* The recipient of the vectors, read out of its list. */
static void
read_recipient(struct buf *out)
{
	struct sealeaf_error e = { 0 };
	struct buf file = { 0 };
	struct span rest;
	size_t at;

	assert_int_equal(
	    file_read(TESTDATA "/vectors/keys/recipients.json", &file, &e),
	    SEALEAF_OK);
	at = span_search(buf_get(&file), span_of("age1pq1"));
	rest = span_sub(buf_get(&file), at, file.n);
	buf_span(out, span_sub(rest, 0, span_find(rest, '"')));
	assert_true(out->n > 1900);
	buf_fini(&file);
}

static void
test_missing(void **state)
{
	struct fake f;
	struct key_session s = { .world = &f.world };
	struct secret in = { 0 };
	struct sealeaf_error e = { 0 };
	struct buf text = { 0 };
	struct key *k = key_new(&key_age);

	(void)state;
	assert_non_null(k);
	read_recipient(&text);
	fake_init(&f);
	assert_int_equal(setenv("PATH", "/nowhere", 1), 0);
	/* Files for such keys can be read and changed anywhere. */
	assert_int_equal(key_age.parse(k, buf_get(&text), &e), SEALEAF_OK);
	assert_int_equal(
	    secret_copy(&in, "12345678901234567890123456789012", 32, &e),
	    SEALEAF_OK);
	if (mlkem_is_here()) {
		assert_int_equal(key_age.wrap(&s, k, &in, &e), SEALEAF_OK);
	} else {
		assert_int_equal(key_age.wrap(&s, k, &in, &e),
		    SEALEAF_ERR_UNSUPPORTED);
		assert_non_null(strstr(e.text,
		    "post-quantum keys need OpenSSL 3.5 or the program "
		    "age-plugin-pq"));
		assert_non_null(strstr(e.hint, "age-plugin-pq"));
	}
	secret_fini(&in);
	buf_fini(&text);
	key_free(k);
}

static void
test_round_trip(void **state)
{
	struct fake f;
	struct key_session s = { .world = &f.world };
	struct sealeaf_error e = { 0 };
	struct secret in = { 0 }, out = { 0 };
	struct buf text = { 0 };
	struct key *k = key_new(&key_age);

	(void)state;
	if (!mlkem_is_here()) {
		key_free(k);
		skip();
	}
	read_recipient(&text);
	fake_init(&f);
	fake_set(&f, "SOPS_AGE_KEY_FILE", TESTDATA "/vectors/keys/age-pq.txt");
	assert_int_equal(key_age.parse(k, buf_get(&text), &e), SEALEAF_OK);
	assert_int_equal(
	    secret_copy(&in, "12345678901234567890123456789012", 32, &e),
	    SEALEAF_OK);
	assert_int_equal(key_age.wrap(&s, k, &in, &e), SEALEAF_OK);
	assert_int_equal(strlen(k->enc), 2360);
	if (key_age.unwrap(&s, k, &out, &e) != SEALEAF_OK)
		fail_msg("%s", e.text);
	assert_int_equal(out.n, 32);
	assert_memory_equal(opened(&in), opened(&out), 32);
	secret_fini(&in);
	secret_fini(&out);
	key_age.end(&s);
	buf_fini(&text);
	key_free(k);
}

/* What the reference wrapped opens. */
static void
test_vector(void **state)
{
	struct fake f;
	struct key_session s = { .world = &f.world };
	struct sealeaf_error e = { 0 };
	struct secret out = { 0 };
	struct buf file = { 0 }, enc = { 0 };
	struct key k = { 0 };
	const char *p, *stop;
	bool start = true;

	(void)state;
	if (!mlkem_is_here())
		skip();
	assert_int_equal(file_read(TESTDATA "/vectors/sources/age-pq/"
					    "3.13.3.enc.yaml",
			     &file, &e),
	    SEALEAF_OK);
	p = strstr(file.p, "-----BEGIN AGE");
	stop = strstr(file.p, "-----END AGE");
	assert_true(p != NULL && stop != NULL);
	for (; p < stop + 33; p++) {
		if (*p != ' ' || !start)
			buf_putc(&enc, *p);
		start = *p == '\n' || (start && *p == ' ');
	}
	k.enc = enc.p;
	fake_init(&f);
	fake_set(&f, "SOPS_AGE_KEY_FILE", TESTDATA "/vectors/keys/age-pq.txt");
	if (key_age.unwrap(&s, &k, &out, &e) != SEALEAF_OK)
		fail_msg("%s", e.text);
	assert_int_equal(out.n, 32);
	secret_fini(&out);
	key_age.end(&s);
	buf_fini(&file);
	buf_fini(&enc);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_schedule),
		cmocka_unit_test(test_missing),
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_vector),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
