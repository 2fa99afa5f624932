// What a text leaves to fill in: ___, and __size__ that says what belongs there.
export const BLANK = /_{3,}|__[^_\s]{1,20}__/g;
