export const errors = {};
export const why = {};
