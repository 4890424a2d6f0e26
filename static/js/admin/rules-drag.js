/* Owns dragging a card of an ordered list by its grip. The keyboard's way is the list's own. */

/** The card that is dragged, and its list: only there can it be dropped. @type {{from: () => number, list: HTMLElement}|null} */
let dragged = null;

/**
 * @param {HTMLElement} grip
 * @param {HTMLElement} card
 * @param {HTMLElement} list
 * @param {() => number} own the card's place
 * @param {(from: number, to: number) => void} onMove
 */
export function makeDraggable(grip, card, list, own, onMove) {
  grip.addEventListener("dragstart", (event) => {
    dragged = { from: own, list };
    event.dataTransfer?.setData("text/plain", "");
    event.dataTransfer?.setDragImage(card, 16, 16);
    card.classList.add("dragged");
  });
  grip.addEventListener("dragend", () => {
    dragged = null;
    card.classList.remove("dragged");
    for (const one of list.querySelectorAll(".rule-card")) one.classList.remove("drop-before", "drop-after");
  });
  card.addEventListener("dragover", (event) => {
    if (dragged?.list !== list) return;
    event.preventDefault();
    const after = isAfter(event, card);
    card.classList.toggle("drop-after", after);
    card.classList.toggle("drop-before", !after);
  });
  card.addEventListener("dragleave", () => card.classList.remove("drop-before", "drop-after"));
  card.addEventListener("drop", (event) => {
    card.classList.remove("drop-before", "drop-after");
    if (dragged?.list !== list) return;
    event.preventDefault();
    const from = dragged.from();
    const to = dropPlace(from, own(), isAfter(event, card));
    onMove(from, to);
  });
}

/** Where the dragged one comes to stand. Pure. @param {number} from @param {number} over @param {boolean} after */
export function dropPlace(from, over, after) {
  const gap = over + (after ? 1 : 0);
  return gap > from ? gap - 1 : gap;
}

/** @param {DragEvent} event @param {HTMLElement} card */
function isAfter(event, card) {
  const { top, height } = card.getBoundingClientRect();
  return event.clientY > top + height / 2;
}
