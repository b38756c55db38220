//! Managing the people of a tenant: who they are, what they may do, and their passwords.

use jiff::Timestamp;
use kernel_core::{Ctx, Error, Result, Role, UserId};
use kernel_db::paging::{Page, PageRequest};
use kernel_db::{Row, TenantTx};
use uuid::Uuid;

use crate::{NewUser, create_user, fresh_secret, hash_password, verify_password};

/// A person as those who manage people see them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Id.
    pub id: UserId,
    /// E-mail address.
    pub email: String,
    /// What they may do.
    pub role: Role,
    /// Whether they may sign in.
    pub active: bool,
    /// Whether their password was chosen by somebody else.
    pub password_is_temporary: bool,
    /// When they were let in.
    pub created_at: Timestamp,
}

const COLUMNS: &str = "id, email, role, disabled_at, password_is_temporary, created_at";

/// Lists people, oldest first.
///
/// # Errors
/// The cursor is wrong, or the database refused.
pub async fn list_members(tx: &TenantTx, page: &PageRequest) -> Result<Page<Member>> {
    let after: Option<Uuid> = page.after(&"members")?;
    let sql = format!(
        "select {COLUMNS} from users where tenant_id = $1 and ($2::uuid is null or id > $2) order by id limit $3"
    );
    let rows = tx.query_list(&sql, &[&tx.tenant().0, &after, &page.fetch()]).await?;
    let members: Vec<Member> = rows.iter().map(read).collect::<Result<_>>()?;
    Ok(Page::from_rows(members, page, &"members", |member| member.id.0))
}

/// The person, held until the transaction ends, and with them everybody who may manage people, so that two at once do not
/// take each other's right away.
///
/// # Errors
/// There is none (404).
pub async fn member_lock(tx: &TenantTx, id: UserId) -> Result<Member> {
    let sql = format!(
        "select {COLUMNS} from users where tenant_id = $1 and (id = $2 or role = 'admin') order by id for update"
    );
    let rows = tx.query(&sql, &[&tx.tenant().0, &id.0]).await?;
    let row = rows.iter().find(|row| row.get::<_, Uuid>("id") == id.0);
    read(row.ok_or_else(|| Error::not_found("member", id))?)
}

/// Lets somebody in with a password that is made up here. Gives it; it is stored nowhere.
///
/// # Errors
/// `user.email_taken` (409).
pub async fn add_member(ctx: &Ctx, tx: &TenantTx, email: &str, role: Role) -> Result<(Member, String)> {
    let password = fresh_secret("")?;
    let id = create_user(ctx, tx, NewUser { email, password: &password, role }).await?;
    let sql = "update users set password_is_temporary = true where tenant_id = $1 and id = $2";
    tx.execute(sql, &[&tx.tenant().0, &id.0]).await?;
    Ok((member_lock(tx, id).await?, password))
}

/// Gives a person another password, made up here, and ends their sessions.
///
/// # Errors
/// The database refused.
pub async fn reset_password(tx: &TenantTx, id: UserId) -> Result<String> {
    let password = fresh_secret("")?;
    password_set(tx, id, &password, true).await?;
    end_sessions(tx, id).await?;
    Ok(password)
}

/// Changes the password of the person behind `ctx` and ends their sessions.
///
/// # Errors
/// `password.wrong` or `password.too_short` (422).
pub async fn change_password(ctx: &Ctx, tx: &TenantTx, current: &str, new: &str) -> Result<UserId> {
    let user = ctx.actor.user().ok_or_else(|| Error::internal("a job changed a password"))?;
    let sql = "select password_hash from users where tenant_id = $1 and id = $2 for update";
    let row = tx.query_opt(sql, &[&tx.tenant().0, &user.0]).await?;
    let stored: Option<String> = row.map(|row| row.get("password_hash"));
    if !verify_password(current, stored.as_deref()).await? {
        let detail = "This is not your password.";
        return Err(Error::unprocessable("password.wrong", detail).at("/current", "wrong", detail));
    }
    password_set(tx, user, new, false).await?;
    end_sessions(tx, user).await?;
    Ok(user)
}

async fn password_set(tx: &TenantTx, id: UserId, password: &str, is_temporary: bool) -> Result<()> {
    let hash = hash_password(password).await?;
    let sql =
        "update users set password_hash = $3, password_is_temporary = $4 where tenant_id = $1 and id = $2";
    tx.execute(sql, &[&tx.tenant().0, &id.0, &hash, &is_temporary]).await?;
    Ok(())
}

/// Gives a locked person another role, or lets them sign in or not. Whoever may not is signed out at once.
///
/// # Errors
/// `member.last_admin` (409): nobody could manage people any more.
pub async fn member_update(ctx: &Ctx, tx: &TenantTx, id: UserId, role: Role, active: bool) -> Result<()> {
    let disabled_at = (!active).then(|| ctx.now());
    tx.execute(
        "update users set role = $3, disabled_at = case when $4::timestamptz is null then null
            else coalesce(disabled_at, $4) end
         where tenant_id = $1 and id = $2",
        &[&tx.tenant().0, &id.0, &role.as_str(), &disabled_at],
    )
    .await?;
    let sql =
        "select exists (select 1 from users where tenant_id = $1 and role = 'admin' and disabled_at is null)";
    if !tx.query_one(sql, &[&tx.tenant().0]).await?.get::<_, bool>(0) {
        let detail = "Somebody must be able to manage people. Make somebody else an admin first.";
        return Err(Error::conflict("member.last_admin", detail));
    }
    if !active {
        end_sessions(tx, id).await?;
    }
    Ok(())
}

async fn end_sessions(tx: &TenantTx, id: UserId) -> Result<()> {
    let sql = "delete from sessions where tenant_id = $1 and user_id = $2";
    tx.execute(sql, &[&tx.tenant().0, &id.0]).await?;
    Ok(())
}

fn read(row: &Row) -> Result<Member> {
    let role: &str = row.get("role");
    Ok(Member {
        id: UserId(row.get("id")),
        email: row.get("email"),
        role: Role::parse(role).ok_or_else(|| Error::internal(format!("unknown role {role}")))?,
        active: row.get::<_, Option<Timestamp>>("disabled_at").is_none(),
        password_is_temporary: row.get("password_is_temporary"),
        created_at: row.get("created_at"),
    })
}
