/* SPDX-License-Identifier: Apache-2.0 */
/* The one table from error codes to the exit statuses of SOPS. */

#include <stdlib.h>

#include <sealeaf.h>

#include "base/mem.h"
#include "format/format.h"
#include "sops/document.h"

static const unsigned char exits[] = {
	[SEALEAF_OK] = 0,
	[SEALEAF_ERR_GENERIC] = 1,
	[SEALEAF_ERR_READ] = 2,
	[SEALEAF_ERR_WRITE] = 3,
	[SEALEAF_ERR_DUMP] = 4,
	[SEALEAF_ERR_CONTEXT] = 6,
	[SEALEAF_ERR_INDEX] = 7,
	[SEALEAF_ERR_CONFLICT] = 8,
	[SEALEAF_ERR_ENCRYPT_MAC] = 21,
	[SEALEAF_ERR_ENCRYPT_TREE] = 23,
	[SEALEAF_ERR_DECRYPT_TREE] = 25,
	[SEALEAF_ERR_KEYS_NO_FILE] = 49,
	[SEALEAF_ERR_MAC] = 51,
	[SEALEAF_ERR_PATH] = 91,
	[SEALEAF_ERR_NO_DOCUMENT] = 92,
	[SEALEAF_ERR_NO_FILE] = 100,
	[SEALEAF_ERR_ORDER] = 112,
	[SEALEAF_ERR_NO_KEY] = 128,
	[SEALEAF_ERR_UNCHANGED] = 200,
	[SEALEAF_ERR_EDITOR] = 201,
	[SEALEAF_ERR_VERSION] = 202,
	[SEALEAF_ERR_ENCRYPTED] = 203,
	[SEALEAF_ERR_MEMORY] = 1,
	[SEALEAF_ERR_NOT_MINE] = 128,
	[SEALEAF_ERR_NOT_FOUND] = 1,
	[SEALEAF_ERR_CONFIG] = 1,
	[SEALEAF_ERR_METADATA] = 1,
	[SEALEAF_ERR_UNSUPPORTED] = 1,
	[SEALEAF_ERR_CANCELLED] = 1,
	[SEALEAF_ERR_NO_KEYS] = 1,
	[SEALEAF_ERR_NO_RULE] = 1,
	[SEALEAF_ERR_NOT_ENCRYPTED] = 1,
};

int
sealeaf_code_exit(enum sealeaf_code code)
{
	if ((int)code < 0 || (size_t)code >= sizeof exits)
		return 1;
	return exits[code];
}

const char *
sealeaf_version(void)
{
	return SEALEAF_VERSION;
}

const char *
sealeaf_compatible(void)
{
	return "3.13.3";
}

static const struct format *const formats[] = {
	[SEALEAF_BINARY] = &format_binary,
	[SEALEAF_YAML] = &format_yaml,
	[SEALEAF_JSON] = &format_json,
	[SEALEAF_DOTENV] = &format_dotenv,
	[SEALEAF_INI] = &format_ini,
};

enum { FORMATS = sizeof formats / sizeof formats[0] };

static enum sealeaf_format
number_of(const struct format *f)
{
	for (int i = 0; i < FORMATS; i++) {
		if (formats[i] == f)
			return (enum sealeaf_format)i;
	}
	return SEALEAF_NONE;
}

enum sealeaf_format
sealeaf_format_by_name(const char *name)
{
	return number_of(format_by_name(span_of(name)));
}

enum sealeaf_format
sealeaf_format_by_path(const char *path)
{
	return number_of(format_by_path(path));
}

const struct format *
format_of(enum sealeaf_format format)
{
	if ((int)format < 0 || (int)format >= FORMATS)
		return NULL;
	return formats[format];
}

const char *
sealeaf_format_name(enum sealeaf_format format)
{
	return format_of(format) != NULL ? format_of(format)->name : NULL;
}

const char *
sealeaf_format_example(enum sealeaf_format format)
{
	return format_of(format) != NULL ? format_of(format)->example : NULL;
}

void
sealeaf_bytes_free(struct sealeaf_bytes *b)
{
	if (b == NULL)
		return;
	mem_wipe_free(b->p, b->n);
	b->p = NULL;
	b->n = 0;
}
