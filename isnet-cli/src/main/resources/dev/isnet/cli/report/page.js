'use strict';
// No "less than" and no "ampersand" in here: the page is well-formed XML, too.
(() => {
  const all = (root, selector) => Array.from(root.querySelectorAll(selector));
  const button = (text) => {
    const made = document.createElement('button');
    made.type = 'button';
    made.textContent = text;
    return made;
  };
  document.documentElement.classList.add('scripted');

  // A click on a column's head sorts by it: numbers from the greatest, texts from A. A second one turns it round.
  const compare = (column) => (a, b) => {
    const [x, y] = [a, b].map((row) => row.cells[column].dataset.order ?? row.cells[column].textContent.trim());
    const difference = Number(x) - Number(y);
    return Number.isNaN(difference) ? (x === y ? 0 : x.localeCompare(y)) : difference;
  };
  const sort = (table, head, column) => {
    const numeric = head.classList.contains('n');
    const before = head.getAttribute('aria-sort');
    const down = before === null ? numeric : before === 'ascending';
    all(table, 'thead th').forEach((each) => each.removeAttribute('aria-sort'));
    head.setAttribute('aria-sort', down ? 'descending' : 'ascending');
    const rows = Array.from(table.tBodies[0].rows).sort(compare(column));
    table.tBodies[0].append(...(down ? rows.reverse() : rows));
  };

  // Cells go to the clipboard with tabs between them, as spreadsheets like them.
  const text = (table) =>
    all(table, 'tr')
      .map((row) => Array.from(row.cells, (cell) => cell.textContent.replace(/\s+/g, ' ').trim()).join('\t'))
      .join('\n');
  const copy = (content) => {
    const area = document.createElement('textarea');
    area.value = content;
    area.className = 'copied';
    document.body.append(area);
    area.select();
    const done = document.execCommand('copy');
    area.remove();
    return done;
  };

  for (const table of all(document, 'table.data')) {
    all(table, 'thead th').forEach((head, column) => {
      const sorter = button(head.textContent);
      sorter.title = 'sort';
      sorter.addEventListener('click', () => sort(table, head, column));
      head.replaceChildren(sorter);
    });
  }
  for (const table of all(document, 'table.data, table.matrix')) {
    const copier = button('copy');
    copier.className = 'copy';
    copier.title = 'copy the table, for a spreadsheet';
    copier.addEventListener('click', () => {
      copier.textContent = copy(text(table)) ? 'copied' : 'not copied';
      setTimeout(() => { copier.textContent = 'copy'; }, 1500);
    });
    table.closest('figure').querySelector('figcaption').append(' ', copier);
  }

  for (const gallery of all(document, '.gallery')) {
    const [choice, mix, outline] =
      ['.class-choice', '.mix-choice', '.outline-choice'].map((name) => gallery.querySelector(name));
    const show = () => {
      for (const map of all(gallery, '.map')) {
        const wanted = choice === null ? true
          : choice.value.startsWith('=')
            ? map.dataset.class === choice.value.slice(1)
            : map.dataset.roles.split(' ').includes(choice.value);
        map.classList.toggle('other', !wanted);
      }
      for (const row of all(gallery, '.row')) {
        row.querySelector('.missing').hidden = row.querySelector('.map:not(.other)') !== null;
      }
      gallery.style.setProperty('--mix', mix.value / 100);
      gallery.classList.toggle('plain', outline ? !outline.checked : false);
    };
    gallery.querySelector('.controls').hidden = false;
    gallery.addEventListener('input', show);
    show();
  }
})();
