/* SPDX-License-Identifier: Apache-2.0 */
/* Armor, header, payload and identity text of hostile age files. */

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "key/age_armor.h"
#include "key/age_identity.h"
#include "key/age_stream.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* What was read must be written again as it stood. */
static void
check_armor(struct span binary)
{
	struct buf text = { 0 }, back = { 0 };
	struct sealeaf_error e = { 0 };

	age_armor_append(&text, binary);
	if (age_armor_get(&back, buf_get(&text), &e) != SEALEAF_OK ||
	    !span_equal(buf_get(&back), binary))
		abort();
	buf_fini(&text);
	buf_fini(&back);
}

static void
try_file(struct span file)
{
	static const uint8_t file_key[AGE_FILE_KEY];
	struct secret plain = { 0 };
	struct sealeaf_error e = { 0 };
	struct age_header h;

	if (age_header_get(&h, file, &e) == SEALEAF_OK) {
		err_clear(&e);
		(void)!age_header_check(&h, file_key, &e);
		err_clear(&e);
		(void)!age_stream_open(&plain, file_key, h.payload, &e);
	}
	secret_fini(&plain);
	age_header_fini(&h);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct span in = span_make((const char *)data, n);
	struct age_identity *list = NULL;
	struct sealeaf_error e = { 0 };
	struct buf binary = { 0 };

	check_armor(in);
	try_file(in);
	if (age_armor_get(&binary, in, &e) == SEALEAF_OK)
		try_file(buf_get(&binary));
	err_clear(&e);
	(void)!age_identity_load(&list, in, "fuzz", n % 2 == 0, &e);
	age_identity_free(list);
	buf_fini(&binary);
	return 0;
}
