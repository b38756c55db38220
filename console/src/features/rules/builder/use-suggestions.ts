// What the catalogue knows of vendors, types and tags, for fields that suggest them; and the time zones of the browser.
import { useMemo } from 'react';
import { $api } from '../../../api/client';
import { useProject } from '../../../app/project';
import type { DocumentForm } from '../../../ui/document/form-context';

const PRODUCTS_MAX = 1000;

export function useSuggestions(): DocumentForm['suggestions'] {
  const project = useProject();
  const products = $api.useQuery('get', '/api/v1/catalog/products', { params: { query: { project: project.slug, limit: PRODUCTS_MAX } } }, { staleTime: 300_000 });
  return useMemo(() => {
    const rows = products.data?.data ?? [];
    return {
      vendor: known(rows.map((row) => row.vendor)),
      product_type: known(rows.map((row) => row.product_type)),
      tag: known(rows.flatMap((row) => row.tags)),
      zone: Intl.supportedValuesOf('timeZone'),
    };
  }, [products.data]);
}

const known = (texts: (string | null | undefined)[]) => [...new Set(texts.filter((text): text is string => Boolean(text)))].sort((a, b) => a.localeCompare(b));
