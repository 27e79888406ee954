/**
 * @file ride_trail.h  Headers of what the kernel forwards of a leg
 *
 * The kernel keeps them for a moment, and the worker takes them from there to
 * the trail of the path. Of few flows always, of many only of those that
 * something is wrong with: then the others cost nothing.
 */
#ifndef RELAY_ENGINE_RIDE_TRAIL_H
#define RELAY_ENGINE_RIDE_TRAIL_H

struct flows;
struct leg;
struct ride;

/* of a leg that rides, or soon will, some times a second */
void ride_trail_look(struct leg *leg, struct ride *r, const struct flows *fs);

/* what is there now */
void ride_trail_take(struct leg *leg, struct ride *r);

#endif
