/**
 * @file json.h  jansson beside libre, which has types of the same names
 */
#ifndef COMMON_JSON_H
#define COMMON_JSON_H

#include <re.h>

/* jansson's macros name these, libre has enumerated them otherwise */
#define JSON_OBJECT  JANSSON_OBJECT
#define JSON_ARRAY   JANSSON_ARRAY
#define JSON_STRING  JANSSON_STRING
#define JSON_INTEGER JANSSON_INTEGER
#define JSON_REAL    JANSSON_REAL
#define JSON_TRUE    JANSSON_TRUE
#define JSON_FALSE   JANSSON_FALSE
#define JSON_NULL    JANSSON_NULL

#include <jansson.h>

/* 4.39 is not 4.3899999999999997 to who reads it */
#define JSON_DIGITS JSON_REAL_PRECISION(12)

#endif
