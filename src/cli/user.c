/* SPDX-License-Identifier: Apache-2.0 */
/* Groups first, user last: afterwards there is no right left to change them. */

#define _DEFAULT_SOURCE /* initgroups() is in no standard */

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include "cli/user.h"

enum sealeaf_code
user_become(const char *name, struct environment *env, struct sealeaf_error *e)
{
	const struct passwd *pw = getpwnam(name);

	if (pw == NULL)
		return err_set(e, SEALEAF_ERR_GENERIC, "user: unknown user %s",
		    name);
	if (environment_put(env, "HOME", pw->pw_dir, e) != 0 ||
	    environment_put(env, "USER", pw->pw_name, e) != 0 ||
	    environment_put(env, "LOGNAME", pw->pw_name, e) != 0)
		return e->code;
	if (initgroups(pw->pw_name, pw->pw_gid) != 0 ||
	    setgid(pw->pw_gid) != 0 || setuid(pw->pw_uid) != 0)
		return err_errno(e, SEALEAF_ERR_GENERIC, errno, "user %s",
		    name);
	/* The way back must be closed. */
	if (pw->pw_uid != 0 && setuid(0) == 0)
		return err_set(e, SEALEAF_ERR_GENERIC,
		    "user %s: rights could not be given up", name);
	return SEALEAF_OK;
}
