/*
 * Owns the display choices: theme, density, language, direction, kept in this browser and put on <html>. A classic script in <head>,
 * run before the first paint; modules use what it leaves behind, `callboardDisplay`.
 */

/** @typedef {{theme: "system"|"light"|"dark", density: "roomy"|"compact", language: "system"|"en"|"de", direction: "auto"|"rtl"}} DisplayChoices */

var callboardDisplay = (() => {
  const KEY = "callboard.display";
  /** The choices of each, the default first. @type {{[K in keyof DisplayChoices]: DisplayChoices[K][]}} */
  const CHOICES = { theme: ["system", "light", "dark"], density: ["roomy", "compact"], language: ["system", "en", "de"], direction: ["auto", "rtl"] };
  const WRITTEN_FROM_RIGHT = ["ar", "fa", "he", "ur"];

  /** What is kept, each a default where nothing or nonsense is. @returns {DisplayChoices} */
  function read() {
    /** @type {Record<string, unknown>} */
    let kept = {};
    try {
      kept = JSON.parse(localStorage.getItem(KEY) ?? "{}") ?? {};
    } catch {
      // Storage forbidden, or not ours: the defaults serve.
    }
    const chosen = Object.entries(CHOICES).map(([name, all]) => [name, all.find((one) => one === kept[name]) ?? all[0]]);
    return Object.fromEntries(chosen);
  }

  /** The language to speak: the chosen one, or the first of the browser's that there is. */
  function language() {
    const { language } = read();
    if (language !== "system") return language;
    const tags = navigator.languages.map((tag) => tag.toLowerCase().split("-")[0]);
    return tags.find((tag) => CHOICES.language.some((one) => one === tag)) ?? "en";
  }

  /** @param {string} spoken */
  function apply(spoken) {
    const { theme, density, direction } = read();
    const root = document.documentElement;
    if (theme === "system") delete root.dataset.theme;
    else root.dataset.theme = theme;
    root.dataset.density = density;
    root.lang = spoken;
    root.dir = direction === "rtl" || WRITTEN_FROM_RIGHT.includes(spoken) ? "rtl" : "ltr";
  }

  /** Keeps a change and shows it; another language shows after a reload. @param {Partial<DisplayChoices>} change */
  function change(change) {
    try {
      localStorage.setItem(KEY, JSON.stringify({ ...read(), ...change }));
    } catch {
      // The choice cannot be kept.
    }
    apply(document.documentElement.lang);
  }

  apply(language());
  addEventListener("storage", ({ key }) => {
    if (key === KEY) apply(document.documentElement.lang);
  });
  return { CHOICES, read, language, change };
})();
