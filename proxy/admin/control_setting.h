/**
 * @file control_setting.h  What the control says of the configuration
 */
#ifndef PROXY_ADMIN_CONTROL_SETTING_H
#define PROXY_ADMIN_CONTROL_SETTING_H

struct config;
struct control;

int control_setting_add(struct control *c, const struct config *cfg);

#endif
