import { listLook, listWish } from '../../state/scan-list.ts';
import { FILTERS, type Filter, type ListWish, ORDERS, type Order } from './arrange.ts';

const FILTER_NAMES: Readonly<Record<Filter, string>> = {
  all: 'All scans',
  labelled: 'With labels',
  unlabelled: 'Without labels',
  broken: 'That cannot be read',
  added: 'Added here',
};

const ORDER_NAMES: Readonly<Record<Order, string>> = {
  found: 'As in the data set',
  name: 'By name',
  least: 'Fewest labels first',
  most: 'Most labels first',
  slices: 'Most slices first',
};

/** Search, filter, order and look of the list of scans. */
export function ListBar() {
  const wish = listWish.value;
  const change = (part: Partial<ListWish>) => {
    listWish.value = { ...listWish.value, ...part };
  };
  return (
    <search class="list-bar">
      <input
        type="search"
        aria-label="Search scans and patients"
        placeholder="Search scans and patients"
        value={wish.search}
        onInput={(event) => change({ search: event.currentTarget.value })}
      />
      <select
        aria-label="Which scans"
        value={wish.filter}
        onChange={(event) => change({ filter: event.currentTarget.value as Filter })}
      >
        {FILTERS.map((name) => (
          <option key={name} value={name}>
            {FILTER_NAMES[name]}
          </option>
        ))}
      </select>
      <select
        aria-label="Order"
        value={wish.order}
        onChange={(event) => change({ order: event.currentTarget.value as Order })}
      >
        {ORDERS.map((name) => (
          <option key={name} value={name}>
            {ORDER_NAMES[name]}
          </option>
        ))}
      </select>
      <label class="row">
        <input
          type="checkbox"
          checked={wish.byPatient}
          onChange={(event) => change({ byPatient: event.currentTarget.checked })}
        />
        By patient
      </label>
      <fieldset class="segmented" aria-label="Look of the list">
        {(['grid', 'list'] as const).map((name) => (
          <button
            key={name}
            type="button"
            class="button"
            aria-pressed={listLook.value === name}
            onClick={() => {
              listLook.value = name;
            }}
          >
            {name === 'grid' ? 'Grid' : 'List'}
          </button>
        ))}
      </fieldset>
    </search>
  );
}
