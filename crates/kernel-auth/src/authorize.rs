//! The one gate: a permission names a scope for tokens and the least role for people.

use kernel_core::{Actor, ActorKind, Error, ErrorKind, Result, Role};

/// What a use case asks for. Features define theirs as constants beside the use case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Permission {
    /// What a token must carry, such as `orders:read`.
    pub scope: &'static str,
    /// The least role of the person.
    pub role: Role,
}

impl Permission {
    /// A permission with `scope` for roles from `role` on.
    #[must_use]
    pub const fn new(scope: &'static str, role: Role) -> Self {
        Self { scope, role }
    }
}

/// Lets `actor` pass if role and scopes allow.
///
/// # Errors
/// `role.missing` or `scope.missing` (403), naming what is needed.
pub fn authorize(actor: &Actor, permission: Permission) -> Result<()> {
    if actor.role < permission.role {
        let detail = format!(
            "This needs the role {}; you have {}. Ask an admin of your organisation.",
            permission.role.as_str(),
            actor.role.as_str()
        );
        return Err(Error::new(ErrorKind::Forbidden, "role.missing", detail));
    }
    match &actor.kind {
        ActorKind::Token { scopes, .. } if !scopes.iter().any(|s| s == "*" || s == permission.scope) => {
            let detail = format!("This token lacks the scope `{}`.", permission.scope);
            Err(Error::new(ErrorKind::Forbidden, "scope.missing", detail))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use kernel_core::{TokenId, UserId};

    use super::*;

    const WRITE: Permission = Permission::new("things:write", Role::Editor);

    fn token(role: Role, scopes: &[&str]) -> Actor {
        let scopes = scopes.iter().map(ToString::to_string).collect();
        Actor {
            kind: ActorKind::Token { token: TokenId::new(), user: UserId::new(), scopes },
            role,
            label: "t".into(),
        }
    }

    #[test]
    fn role_and_scope_must_both_allow() {
        let code = |actor: &Actor| authorize(actor, WRITE).err().map(|e| e.code);
        assert_eq!(code(&token(Role::Editor, &["things:write"])), None);
        assert_eq!(code(&token(Role::Admin, &["*"])), None);
        assert_eq!(code(&token(Role::Admin, &["things:read"])), Some("scope.missing"));
        assert_eq!(code(&token(Role::Admin, &[])), Some("scope.missing"));
        assert_eq!(code(&token(Role::Viewer, &["*"])), Some("role.missing"));
        assert_eq!(code(&Actor { kind: ActorKind::User(UserId::new()), ..token(Role::Editor, &[]) }), None);
    }
}
