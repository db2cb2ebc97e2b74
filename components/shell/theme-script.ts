/**
 * Sets `data-theme` before the first paint; runs inline in <head> under the page's nonce. React escapes quotes, `<`, `>`
 * and `&` in the text of an element, so this script uses none of them.
 */
export const themeScript = [
  'let d=matchMedia(`(prefers-color-scheme: dark)`).matches;',
  'try{const c=JSON.parse(localStorage.getItem(`farfield-theme`));if(c===`dark`)d=true;if(c===`light`)d=false}catch{}',
  'document.documentElement.dataset.theme=d?`dark`:`light`',
].join('');
