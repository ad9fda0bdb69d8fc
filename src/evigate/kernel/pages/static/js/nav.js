// On a phone the navigation is wider than the page: the entry where one is, is moved into sight.
(() => {
  const here = document.querySelector(".site-nav [aria-current]");
  const nav = here?.closest(".site-nav");
  if (nav) nav.scrollLeft = here.offsetLeft - (nav.clientWidth - here.offsetWidth) / 2;
})();
