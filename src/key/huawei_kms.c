/* SPDX-License-Identifier: Apache-2.0 */
/* HuaweiCloud KMS: how its keys are written. */

#include <ctype.h>
#include <string.h>

#include "base/encode.h"
#include "key/huawei_kms.h"

enum { TEXT_MAX = 64 << 10 };

static const struct key_field fields[] = { { "key_id", false },
	{ NULL, false } };

/* region:uuid */
static enum sealeaf_code
parse(struct key *k, struct span text, struct sealeaf_error *e)
{
	const char *problem = NULL;
	size_t colon;

	text = span_trim(text);
	colon = span_find(text, ':');
	if (colon == text.n)
		problem = "invalid key ID format: expected 'region:key-uuid', "
			  "got";
	else if (span_trim(span_sub(text, 0, colon)).n == 0)
		problem = "region cannot be empty in key ID:";
	else if (span_trim(span_sub(text, colon + 1, text.n)).n == 0)
		problem = "key UUID cannot be empty in key ID:";
	if (problem == NULL)
		return key_set(k, HUAWEI_KMS_ID, text, e);
	(void)err_set(e, SEALEAF_ERR_GENERIC, "%s \"%.*s\"", problem,
	    (int)(text.n < 2000 ? text.n : 2000), text.p);
	err_hint(e, "a key looks like tr-west-1:KEY-ID");
	return SEALEAF_ERR_GENERIC;
}

static void
show(struct buf *b, const struct key *k)
{
	buf_puts(b, key_get(k, HUAWEI_KMS_ID));
}

/* The service seals text, the data key in base64, and answers with text. */
static bool
sealed(struct span enc, size_t n)
{
	for (size_t i = 0; i < enc.n; i++)
		if (!isalnum((unsigned char)enc.p[i]) &&
		    memchr("+/=-_", enc.p[i], 5) == NULL)
			return false;
	return enc.n > base64_size(n) && enc.n <= TEXT_MAX;
}

const struct key_source key_hckms = { .name = "hckms",
	.list = "hckms",
	.config = "hckms",
	.rule = "hckms",
	.flag = "hckms",
	.variable = "SOPS_HUAWEICLOUD_KMS_IDS",
	.fields = fields,
	.slot = KEY_SLOT_HUAWEI,
	.dated = true,
	.parse = parse,
	.show = show,
	.sealed = sealed,
	.wrap = huawei_kms_wrap,
	.unwrap = huawei_kms_unwrap,
	.end = huawei_kms_end };
