/* Owns the channel's colour on the head of the chat, with whichever of black and white reads better on it. */

/** @param {string|null} color `#rrggbb` */
export function paint(color) {
  if (!color) return;
  const { style } = document.documentElement;
  style.setProperty("--head", color);
  style.setProperty("--on-head", isLight(color) ? "#000" : "#fff");
}

/** Whether black reads better than white on a colour (relative luminance of WCAG 2). @param {string} color `#rrggbb` */
export function isLight(color) {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const part = parseInt(color.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.179;
}
