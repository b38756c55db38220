-- Guardrails of a tenant or project, and waivers.

select 1;
