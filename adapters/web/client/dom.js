export const byId = (id) => document.getElementById(id);

/** `el('b', { class: 'x', text: 'words', 'aria-label': 'y' }, child)`: data only ever becomes text, never markup. */
export function el(tag, { text, on, ...attributes } = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false)
      element.setAttribute(name, value === true ? '' : value);
  }
  if (text !== undefined) element.textContent = text;
  for (const [event, listener] of Object.entries(on ?? {})) element.addEventListener(event, listener);
  element.append(...children);
  return element;
}

export function svg(tag, attributes, ...children) {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** Puts these elements in this order if they are not: that loses the focus, which is given back. */
export function place(list, elements) {
  if (elements.length === list.children.length && elements.every((element, at) => list.children[at] === element))
    return;
  const focused = list.contains(document.activeElement) ? document.activeElement : null;
  list.replaceChildren(...elements);
  focused?.focus({ preventScroll: true });
}
