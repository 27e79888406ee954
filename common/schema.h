/**
 * @file schema.h  The tables of the store's database, by version
 *
 * Inside of common/ only: everybody else uses store.h.
 */
#ifndef COMMON_SCHEMA_H
#define COMMON_SCHEMA_H

#include "common/database.h"

enum { SCHEMA_VERSION = 3 };

const struct database_kind *schema_store(void);

#endif
