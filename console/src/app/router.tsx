// Every address of the console, one lazy chunk per feature. A `loader` waits for nothing: it asks early for what the pages will ask for, while
// their code is on its way.
import { Outlet, type RouteObject, type ShouldRevalidateFunction } from 'react-router';
import { queryClient } from '../api/client';
import { SignInPage } from '../features/accounts/sign-in-page';
import { beginPriceChange } from '../features/price-changes/begin';
import { Fault, PageFault } from './fault';
import { Frame, ShellSkeleton, Start } from './frame';
import { NotFound } from './not-found';
import { projectsQuery } from './project';
import { RequireSession, sessionQuery } from './session';

function begin(): null {
  void queryClient.prefetchQuery(sessionQuery);
  void queryClient.prefetchQuery(projectsQuery);
  return null;
}

const elsewhere: ShouldRevalidateFunction = ({ currentUrl, nextUrl }) => currentUrl.pathname !== nextUrl.pathname;

export const routes: RouteObject[] = [
  { path: '/login', element: <SignInPage />, errorElement: <Fault /> },
  {
    loader: begin,
    shouldRevalidate: elsewhere,
    element: (
      <RequireSession>
        <Outlet />
      </RequireSession>
    ),
    errorElement: <Fault />,
    hydrateFallbackElement: <ShellSkeleton />,
    children: [
      { path: '/', element: <Start /> },
      {
        path: '/:project',
        element: <Frame />,
        children: [
          {
            errorElement: <PageFault />,
            children: [
              { index: true, lazy: () => import('../features/home/home-page') },
              { path: 'approvals', lazy: () => import('../features/price-changes/approvals-page') },
              { path: 'audit', lazy: () => import('../features/audit/audit-page') },
              { path: 'catalog', lazy: () => import('../features/catalog/catalog-page') },
              { path: 'catalog/:variantId', lazy: () => import('../features/catalog/variant-page') },
              { path: 'connectors', lazy: () => import('../features/connectors/connectors-page') },
              { path: 'connectors/:channelId', lazy: () => import('../features/connectors/connector-page') },
              { path: 'drift', lazy: () => import('../features/drift/drift-page') },
              { path: 'events', lazy: () => import('../features/events/events-page') },
              { path: 'events/consumers', lazy: () => import('../features/events/consumers-page') },
              { path: 'events/dead-letters', lazy: () => import('../features/events/dead-letters-page') },
              { path: 'events/replays', lazy: () => import('../features/events/replays-page') },
              { path: 'guardrails', lazy: () => import('../features/guardrails/guardrails-page') },
              { path: 'guardrails/edit', lazy: () => import('../features/guardrails/edit-guardrails-page') },
              { path: 'jobs', lazy: () => import('../features/jobs/jobs-page') },
              { path: 'jobs/schedules', lazy: () => import('../features/jobs/schedules-page') },
              { path: 'price-changes', lazy: () => import('../features/price-changes/price-changes-page') },
              { path: 'price-changes/new', lazy: () => import('../features/price-changes/new-price-change-page') },
              { path: 'price-changes/:priceChangeId', loader: beginPriceChange, shouldRevalidate: elsewhere, lazy: () => import('../features/price-changes/price-change-page') },
              { path: 'rules', lazy: () => import('../features/rules/rules-page') },
              { path: 'rules/check', lazy: () => import('../features/rules/check-rules-page') },
              { path: 'rules/new', lazy: () => import('../features/rules/edit-rule-page') },
              { path: 'rules/:ruleId', lazy: () => import('../features/rules/rule-page') },
              { path: 'rules/:ruleId/edit', lazy: () => import('../features/rules/edit-rule-page') },
              { path: 'runs', lazy: () => import('../features/runs/runs-page') },
              { path: 'runs/:runId', lazy: () => import('../features/runs/run-page') },
              { path: 'runs/:runId/rollback', lazy: () => import('../features/runs/roll-back-page') },
              { path: 'settings', lazy: () => import('../features/settings/settings-page') },
              { path: 'tour', lazy: () => import('../features/tour/tour-page') },
              { path: 'webhooks', lazy: () => import('../features/webhooks/webhooks-page') },
              { path: 'webhooks/:webhookId', lazy: () => import('../features/webhooks/webhook-page') },
              { path: '*', element: <NotFound /> },
            ],
          },
        ],
      },
    ],
  },
];
