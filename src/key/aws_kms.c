/* SPDX-License-Identifier: Apache-2.0 */
/*
 * AWS KMS: how its keys are written. The region of an ARN becomes part of a
 * host name, so it is checked before anything else looks at it.
 */

#include <string.h>

#include "base/encode.h"
#include "key/aws_kms.h"

static const struct key_field fields[] = { { "arn", false },
	{ "aws_profile", false }, { "role", true }, { NULL, false } };

#define DIGIT "0123456789"
#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define UPPER "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

/* Step over `text` at *p. */
static bool
skip(const char **p, const char *text)
{
	size_t n = strlen(text);

	if (strncmp(*p, text, n) != 0)
		return false;
	*p += n;
	return true;
}

/* Step over one or more characters of `set` and a ':'. */
static bool
skip_part(const char **p, const char *set)
{
	size_t n = strspn(*p, set);

	if (n == 0 || (*p)[n] != ':')
		return false;
	*p += n + 1;
	return true;
}

/* Printable ASCII without blanks, and some of it. */
static bool
is_printable(const char *text)
{
	for (const char *p = text; *p != '\0'; p++)
		if (*p <= ' ' || *p >= 0x7f)
			return false;
	return *text != '\0';
}

bool
aws_kms_arn_valid(const char *arn)
{
	const char *p = arn;

	if (!skip(&p, "arn:aws"))
		return false;
	p += strspn(p, LOWER UPPER DIGIT "_-");
	if (!skip(&p, ":kms:") || !skip_part(&p, LOWER DIGIT "-") ||
	    !skip_part(&p, DIGIT) || (!skip(&p, "key/") && !skip(&p, "alias/")))
		return false;
	return is_printable(p);
}

bool
aws_kms_role_valid(const char *role)
{
	return *role == '\0' ||
	    (strncmp(role, "arn:", 4) == 0 && is_printable(role));
}

enum sealeaf_code
aws_kms_arn_check(const char *arn, struct sealeaf_error *e)
{
	enum sealeaf_code code;

	if (aws_kms_arn_valid(arn))
		return SEALEAF_OK;
	code = err_set(e, SEALEAF_ERR_GENERIC, "no valid ARN found in '%s'",
	    arn);
	err_hint(e,
	    "an ARN looks like arn:aws:kms:us-east-1:111122223333:key/ID");
	return code;
}

/* ARN[+ROLE], where the role begins as an ARN does. */
static enum sealeaf_code
parse(struct key *k, struct span text, struct sealeaf_error *e)
{
	enum sealeaf_code code = key_set_packed(k, AWS_KMS_ARN, text, e);
	char *plus;

	if (code != SEALEAF_OK)
		return code;
	plus = strstr(k->field[AWS_KMS_ARN], "+arn:");
	if (plus != NULL && plus != k->field[AWS_KMS_ARN]) {
		code = key_set(k, AWS_KMS_ROLE, span_of(plus + 1), e);
		*plus = '\0';
	}
	if (code == SEALEAF_OK)
		code = aws_kms_arn_check(k->field[AWS_KMS_ARN], e);
	return code;
}

static void
show(struct buf *b, const struct key *k)
{
	bool profile = *key_get(k, AWS_KMS_PROFILE) != '\0';

	buf_puts(b, key_get(k, AWS_KMS_ARN));
	if (*key_get(k, AWS_KMS_ROLE) != '\0') {
		buf_putc(b, '+');
		buf_puts(b, key_get(k, AWS_KMS_ROLE));
	}
	if (k->context != NULL || profile)
		buf_putc(b, '|');
	for (const struct key_context *c = k->context; c != NULL; c = c->next) {
		buf_puts(b, c->name);
		buf_putc(b, ':');
		buf_puts(b, c->value);
		if (c->next != NULL)
			buf_putc(b, ',');
	}
	if (profile) {
		buf_putc(b, '|');
		buf_puts(b, key_get(k, AWS_KMS_PROFILE));
	}
}

static bool
sealed(struct span enc, size_t n)
{
	return key_base64(enc, base64_get, n, AWS_KMS_BLOB_MAX);
}

const struct key_source key_aws_kms = { .name = "kms",
	.list = "kms",
	.config = "kms",
	.rule = "kms",
	.flag = "kms",
	.variable = "SOPS_KMS_ARN",
	.fields = fields,
	.slot = KEY_SLOT_AWS,
	.dated = true,
	.parse = parse,
	.show = show,
	.sealed = sealed,
	.wrap = aws_kms_wrap,
	.unwrap = aws_kms_unwrap,
	.end = aws_kms_end };
