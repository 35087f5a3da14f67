/* SPDX-License-Identifier: GPL-2.0 */
/* Sessions with the remote ports: established at power-on, and again after a loss. */
#ifndef IMAGES_LOGIN_H
#define IMAGES_LOGIN_H

#include "hart.h"

void login_mend(void);
void login_forget(void);
void login_again(u32 port);
u32 login_token(u32 port);
void login_done(const struct frame_els_done *done);

#endif
