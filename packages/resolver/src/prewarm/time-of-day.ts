/** When a local time of day comes next. */

/**
 * The first moment after `now` at which clocks of this machine show the time. Of an hour that a change of clocks
 * repeats, the first counts; a time that a change skips comes by as much later as clocks were put forward. So there is
 * exactly one each day.
 *
 * @param time `HH:MM`
 * @param now milliseconds since 1970, as is what is returned
 */
export function nextTimeOfDay(time: string, now: number): number {
  const [hours, minutes] = time.split(':').map(Number) as [number, number];
  const today = new Date(now);
  const onDay = (offset: number): number =>
    new Date(today.getFullYear(), today.getMonth(), today.getDate() + offset, hours, minutes).getTime();
  const candidate = onDay(0);
  return candidate > now ? candidate : onDay(1);
}
