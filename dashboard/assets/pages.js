/**
 * Shows one part of the report at a time: the overview, or a data set. Which, the address says. The others stay laid out
 * at their width and without height, so that their charts are drawn by the time they are asked for, or printed.
 */
(() => {
  const pages = Array.from(document.querySelectorAll('main > section'));
  const links = Array.from(document.querySelectorAll('.top li a'));
  const title = document.title;

  /** Null where the address names nothing, or can't be read. */
  function named() {
    try {
      return document.getElementById(decodeURIComponent(location.hash.slice(1)));
    } catch {
      return null;
    }
  }

  function show() {
    const target = named();
    const shown = pages.find((page) => page.contains(target));
    // A place on all pages, such as the one that skips to the content.
    if (target !== null && shown === undefined && target.id !== 'top' && document.querySelector('.shown')) return;
    const page = shown ?? pages[0];
    for (const one of pages) {
      one.classList.toggle('away', one !== page);
      one.classList.toggle('shown', one === page);
    }
    for (const link of links) {
      if (link.hash === `#${page.id}`) link.setAttribute('aria-current', 'page');
      else link.removeAttribute('aria-current');
    }
    document.querySelector('.top [aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    document.title = page === pages[0] ? title : `${page.querySelector('h2').textContent} · ${title}`;
    if (target === null || target === page || target.id === 'top') scrollTo({ top: 0, behavior: 'instant' });
    else target.scrollIntoView({ behavior: 'instant' });
  }

  addEventListener('hashchange', show);
  // A browser goes to the place of the address once more when all is there.
  addEventListener('load', show);
  show();
})();
