/* SPDX-License-Identifier: Apache-2.0 */
/* Writing and removing one value: not there yet, and said so. */

#include "base/err.h"

enum sealeaf_code
sealeaf_put(struct sealeaf_doc *d, const char *path, const char *value,
    enum sealeaf_format format, struct sealeaf_bytes *out, bool *changed,
    struct sealeaf_error *e)
{
	(void)d;
	(void)path;
	(void)value;
	(void)format;
	(void)out;
	(void)changed;
	return err_set(e, SEALEAF_ERR_UNSUPPORTED,
	    "setting a value is not part of this build");
}

enum sealeaf_code
sealeaf_remove(struct sealeaf_doc *d, const char *path,
    enum sealeaf_format format, struct sealeaf_bytes *out,
    struct sealeaf_error *e)
{
	(void)d;
	(void)path;
	(void)format;
	(void)out;
	return err_set(e, SEALEAF_ERR_UNSUPPORTED,
	    "removing a value is not part of this build");
}
