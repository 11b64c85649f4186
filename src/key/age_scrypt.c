/* SPDX-License-Identifier: Apache-2.0 */
/* The scrypt stanza: a salt and the logarithm of the work factor. */

#include <string.h>

#include "base/encode.h"
#include "base/mem.h"
#include "crypt/kdf.h"
#include "key/age_scrypt.h"

enum { SALT = 16, LOG_MAX = 22 };

static const char label[] = "age-encryption.org/v1/scrypt";

bool
age_scrypt_asks(const struct age_header *h)
{
	return h->n == 1 && span_is(h->stanzas[0].args[0], "scrypt");
}

/* Decimal without sign or leading zero, at most LOG_MAX. */
static enum sealeaf_code
get_work(unsigned *log_n, struct span text, struct sealeaf_error *e)
{
	*log_n = 0;
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] < (i == 0 ? '1' : '0') || text.p[i] > '9')
			return err_set(e, SEALEAF_ERR_GENERIC,
			    "scrypt work factor encoding invalid");
		if (*log_n <= LOG_MAX)
			*log_n = *log_n * 10 + (unsigned)(text.p[i] - '0');
	}
	if (*log_n > LOG_MAX)
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "scrypt work factor too large: %.*s",
		    (int)(text.n < 16 ? text.n : 16), text.p);
	return SEALEAF_OK;
}

enum sealeaf_code
age_scrypt_unwrap(uint8_t file_key[static AGE_FILE_KEY],
    const struct age_header *h, struct span passphrase, struct sealeaf_error *e)
{
	const struct age_stanza *s = h->stanzas;
	char salt[sizeof label - 1 + SALT];
	uint8_t key[32];
	enum sealeaf_code code;
	unsigned log_n;
	size_t n;

	if (!age_scrypt_asks(h))
		return SEALEAF_ERR_NOT_MINE;
	if (s->n != 3 ||
	    !base64_get_raw(s->args[1], salt + sizeof label - 1, SALT, &n) ||
	    n != SALT)
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "invalid scrypt recipient block");
	code = get_work(&log_n, s->args[2], e);
	if (code != SEALEAF_OK)
		return code;
	if (s->body.n != AGE_WRAPPED)
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "invalid scrypt "
		    "recipient block: incorrect file key size");
	memcpy(salt, label, sizeof label - 1);
	code = kdf_scrypt(key, passphrase, span_make(salt, sizeof salt), log_n,
	    e);
	if (code == SEALEAF_OK && !age_unwrap(file_key, key, s->body))
		code = SEALEAF_ERR_NOT_MINE;
	mem_wipe(key, sizeof key);
	return code;
}
