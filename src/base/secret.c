/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libsodium's guarded allocations. A failed mlock() is not an error there: a
 * container without the right to lock memory can still decrypt.
 */

#include <errno.h>
#include <string.h>

#include <sodium.h>

#include "base/secret.h"

enum sealeaf_code
secret_new(struct secret *s, size_t n, struct sealeaf_error *e)
{
	secret_fini(s);
	if (sodium_init() < 0)
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "cannot initialise libsodium");
	s->p = sodium_malloc(n != 0 ? n : 1);
	if (s->p == NULL)
		return err_memory(e);
	sodium_memzero(s->p, n != 0 ? n : 1);
	s->n = n;
	s->open = 1;
	return SEALEAF_OK;
}

enum sealeaf_code
secret_copy(struct secret *s, const void *p, size_t n, struct sealeaf_error *e)
{
	enum sealeaf_code code = secret_new(s, n, e);

	if (code != SEALEAF_OK)
		return code;
	if (n > 0)
		memcpy(s->p, p, n);
	secret_close(s);
	return SEALEAF_OK;
}

enum sealeaf_code
secret_open(struct secret *s, struct span *text, struct sealeaf_error *e)
{
	*text = span_make(NULL, 0);
	if (s->p == NULL)
		return SEALEAF_OK;
	if (s->open == 0 && sodium_mprotect_readwrite(s->p) != 0)
		return err_errno(e, SEALEAF_ERR_MEMORY, errno,
		    "cannot open the memory of a secret");
	s->open++;
	*text = span_make((const char *)s->p, s->n);
	return SEALEAF_OK;
}

void
secret_close(struct secret *s)
{
	if (s->p != NULL && s->open > 0 && --s->open == 0)
		(void)sodium_mprotect_noaccess(s->p);
}

void
secret_fini(struct secret *s)
{
	if (s->p != NULL)
		sodium_free(s->p);
	memset(s, 0, sizeof *s);
}
