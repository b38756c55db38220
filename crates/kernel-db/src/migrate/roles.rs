//! The two roles. They belong to the server, not to one database, so several databases may race to make them.

use tokio_postgres::Client;

use crate::{DbError, DbResult};

/// `calibr_app` is a member of `calibr_dispatch` without inheriting its rights: it has them only after `SET ROLE`.
const CREATE: &str = "
do $$
begin
    begin
        create role calibr_app nologin noinherit nosuperuser nobypassrls nocreatedb nocreaterole noreplication;
    exception when duplicate_object or unique_violation then null;
    end;
    begin
        create role calibr_dispatch nologin noinherit nosuperuser nobypassrls nocreatedb nocreaterole noreplication;
    exception when duplicate_object or unique_violation then null;
    end;
    if not pg_has_role('calibr_app', 'calibr_dispatch', 'member') then
        grant calibr_dispatch to calibr_app;
    end if;
    if not pg_has_role(session_user, 'calibr_app', 'member') then
        execute format('grant calibr_app to %I', session_user);
    end if;
end
$$";

/// Since version 16 the right to take a role is apart from membership; whoever creates a role gets only the latter.
const SETTABLE: &str = "
do $$
begin
    if current_setting('server_version_num')::int >= 160000
       and not pg_has_role(session_user, 'calibr_app', 'set') then
        execute format('grant calibr_app to %I with set true, inherit false', session_user);
    end if;
end
$$";

const GRANTS: &str = "
revoke create on schema public from public;
grant usage on schema public to calibr_app, calibr_dispatch;
do $$
begin
    execute format('grant connect, temporary on database %I to calibr_app', current_database());
end
$$";

/// Makes what is missing and checks that nothing gives the roles more than they should have.
pub(super) async fn ensure(client: &Client) -> DbResult<()> {
    for statements in [CREATE, SETTABLE] {
        client.batch_execute(statements).await.map_err(explain)?;
    }
    client.batch_execute(GRANTS).await?;
    let sql = "select rolname::text from pg_roles
               where rolname in ('calibr_app', 'calibr_dispatch')
                 and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication or rolinherit)";
    match client.query_opt(sql, &[]).await? {
        None => Ok(()),
        Some(row) => Err(DbError::Setup(format!(
            "The role `{0}` exists with rights it must not have. Run: alter role {0} nosuperuser nobypassrls \
             nocreaterole nocreatedb noreplication noinherit",
            row.get::<_, String>(0)
        ))),
    }
}

fn explain(error: tokio_postgres::Error) -> DbError {
    if error.code() == Some(&tokio_postgres::error::SqlState::INSUFFICIENT_PRIVILEGE) {
        return DbError::Setup(
            "This database user may not create roles. Let an administrator run: create role calibr_app noinherit; \
             create role calibr_dispatch noinherit; grant calibr_dispatch to calibr_app; grant calibr_app to <this \
             user>"
                .to_owned(),
        );
    }
    error.into()
}
