//! `login`, `logout`, `whoami`: a password is exchanged for a token, and only the token is kept.

use std::io::Read;

use reqwest::Method;
use reqwest::header::{COOKIE, SET_COOKIE};

use super::app::App;
use super::client::{Client, is_private};
use super::credentials::Profile;
use super::exit::{CliError, Exit, Result};
use super::format;
use super::look::{Look, Tone, facts};
use crate::accounts::dto::{CreatedToken, Me, NewToken, SignIn};

/// Arguments of `login`.
#[derive(Debug, clap::Args)]
pub struct LoginArgs {
    /// Your e-mail address
    #[arg(long)]
    email: Option<String>,
    /// File with the password; `-` reads stdin
    #[arg(long, value_name = "FILE")]
    password_file: Option<String>,
    /// Days until the token expires
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u16).range(1..=366))]
    expires_in: Option<u16>,
}

/// Arguments of `logout`.
#[derive(Debug, clap::Args)]
pub struct LogoutArgs {
    /// Every sign-in on this machine
    #[arg(long)]
    all: bool,
}

/// Signs in, makes a token and keeps it.
///
/// # Errors
/// The server refused, or the token cannot be kept.
pub async fn login(app: &App, args: LoginArgs) -> Result {
    let (path, mut credentials) = app.credentials()?;
    let host = app.host(&credentials)?;
    if !is_private(&host) {
        app.ui.warn(&format!("{host} is not encrypted: your password can be read on the way."));
    }
    let email = email(app, args.email)?;
    let password = password(app, args.password_file.as_deref(), &email)?;
    let client = app.client_with(&host, None)?;
    let (me, created) = token_for(&client, SignIn { email, password }, args.expires_in).await?;

    let profile = Profile {
        email: me.email.clone(),
        role: me.role,
        token_id: created.token.id.to_string(),
        token: created.secret,
    };
    credentials.hosts.entry(host.clone()).or_default().insert(app.profile_name().to_owned(), profile);
    credentials.host = Some(host.clone());
    credentials.save(&path)?;
    if app.ui.json() {
        let text = serde_json::to_string(&me).map_err(|e| CliError::failed("json", e.to_string()))?;
        app.ui.document(&text);
    }
    app.ui.words(&format!(
        "Signed in to {host} as {} ({}). The token in {} is good until {}.",
        me.email,
        me.role.as_str(),
        path.display(),
        format::instant(created.token.expires_at),
    ));
    app.ui.next(&["catalog ls", "plan -f RULES.yaml"]);
    Ok(Exit::Done)
}

/// Ends the token and forgets it.
///
/// # Errors
/// The file of sign-ins cannot be written.
pub async fn logout(app: &App, args: LogoutArgs) -> Result {
    let (path, mut credentials) = app.credentials()?;
    let host = app.host(&credentials)?;
    let mut ended = Vec::new();
    if args.all {
        for (host, profiles) in std::mem::take(&mut credentials.hosts) {
            ended.extend(profiles.into_values().map(|profile| (host.clone(), profile)));
        }
    } else if let Some(profile) =
        credentials.hosts.get_mut(&host).and_then(|all| all.remove(app.profile_name()))
    {
        ended.push((host.clone(), profile));
    }
    credentials.hosts.retain(|_, profiles| !profiles.is_empty());
    credentials.save(&path)?;
    if ended.is_empty() {
        app.ui.words(&format!("Nobody was signed in to {host}."));
    }
    for (host, profile) in ended {
        let client = app.client_with(&host, Some(profile.token))?;
        let sent = client.request(Method::DELETE, &format!("tokens/{}", profile.token_id), &[])?.send().await;
        match client.reply(sent, false).await {
            Ok(_) => app.ui.words(&format!("{} is signed out of {host}.", profile.email)),
            // Forgotten here in any case; an expired token refuses this request, which is as good.
            Err(error) if matches!(error.exit, Exit::NotAllowed | Exit::NotFound) => {
                app.ui.words(&format!("{} is signed out of {host}; the token was no longer valid.", profile.email));
            }
            Err(error) => app.ui.warn(&format!(
                "{} is signed out here, but the server could not be told ({}): the token stays valid until it expires.",
                profile.email, error.message
            )),
        }
    }
    Ok(Exit::Done)
}

/// Says who is signed in.
///
/// # Errors
/// Nobody is, or the server cannot be reached.
pub async fn whoami(app: &App) -> Result {
    let host = app.client()?.host().to_owned();
    app.print_one("session", &[], |look, me: &Me| who(look, me, &host)).await?;
    Ok(Exit::Done)
}

async fn token_for(client: &Client, who: SignIn, expires_in_days: Option<u16>) -> Result<(Me, CreatedToken)> {
    let sent = client.request(Method::POST, "session", &[])?.json(&who).send().await;
    let cookie = sent.as_ref().ok().and_then(session_cookie);
    let me: Me = client.reply(sent, false).await?.read()?;
    let cookie = cookie.ok_or_else(|| {
        CliError::failed("answer.unreadable", "The server accepted the password but opened no session.")
    })?;
    let new = NewToken { name: "calibr command line".into(), scopes: vec!["*".into()], expires_in_days };
    let with_session = |method, path| {
        let request = client.request(method, path, &[])?;
        // Says what a browser would say of a request that no other site caused.
        Ok(request.header(COOKIE, &cookie).header("Sec-Fetch-Site", "none"))
    };
    let sent = with_session(Method::POST, "tokens")?.json(&new).send().await;
    let created = client.reply(sent, false).await.and_then(|reply| reply.read())?;
    // The session has served; if it cannot be closed it expires by itself.
    with_session(Method::DELETE, "session")?.send().await.ok();
    Ok((me, created))
}

fn session_cookie(response: &reqwest::Response) -> Option<String> {
    let cookies = response.headers().get_all(SET_COOKIE).iter().filter_map(|value| value.to_str().ok());
    let pair = cookies
        .filter_map(|cookie| cookie.split(';').next())
        .find(|pair| pair.starts_with("calibr_session="));
    pair.map(str::to_owned)
}

fn email(app: &App, given: Option<String>) -> Result<String> {
    match given {
        Some(email) => Ok(email),
        None if app.ui.may_ask() => app.ui.ask("E-mail: "),
        None => Err(CliError::usage(
            "Say who you are: --email ADDRESS, and the password by --password-file FILE.",
        )),
    }
}

/// From a file, from stdin or from the keyboard without echo; never from the command line, where others could see it.
fn password(app: &App, file: Option<&str>, email: &str) -> Result<String> {
    let read = match file {
        Some("-") => {
            let mut text = String::new();
            std::io::stdin().read_to_string(&mut text).map(|_| text)
        }
        Some(path) => std::fs::read_to_string(path),
        None if app.ui.may_ask() => rpassword::prompt_password(format!("Password of {email}: ")),
        None => {
            return Err(CliError::usage(
                "There is no keyboard to ask at: give the password by --password-file FILE or -.",
            ));
        }
    };
    let text =
        read.map_err(|e| CliError::failed("input", format!("The password could not be read: {e}.")))?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

fn who(look: Look, me: &Me, host: &str) -> String {
    let title = format!("{}\n", look.paint(Tone::Strong, &me.email));
    let pairs = [
        ("may", me.role.as_str().to_owned()),
        ("tenant", me.tenant_name.clone()),
        ("server", host.to_owned()),
        ("scopes", me.scopes.join(", ")),
    ];
    title + &facts(look, &pairs)
}
