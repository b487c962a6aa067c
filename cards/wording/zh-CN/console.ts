export const consoleWords = {};
