// What the catalogue knows of vendors, types and tags, for fields that suggest them; and the time zones of the browser.
import { useMemo } from 'react';
import type { Schemas } from '../../../api/client';
import { useFacets } from '../../../api/facets';
import { useProject } from '../../../app/project';
import type { DocumentForm } from '../../../ui/document/form-context';

export function useSuggestions(): DocumentForm['suggestions'] {
  const project = useProject();
  const { data } = useFacets(project.slug);
  return useMemo(
    () => ({ vendor: known(data?.vendors), product_type: known(data?.product_types), tag: known(data?.tags), zone: Intl.supportedValuesOf('timeZone') }),
    [data],
  );
}

const known = (facets: Schemas['Facet'][] = []) => facets.map(({ value }) => value).sort((a, b) => a.localeCompare(b));
