//! Calls to providers: where they go, with which key, and what comes back.
//!
//! A call names a deployment; scheme, host and port are those of the configuration, and nothing in a request or an answer
//! can change them. The provider key is put on here, after everything that came from the caller, and replaces whatever
//! stood in its place.

use std::collections::HashMap;
use std::sync::Arc;

use bytes::Bytes;
use exchange::{Answer, AnswerBody, Call, Upstream, UpstreamFault};
use http::header::{ACCEPT_ENCODING, AUTHORIZATION, CONTENT_TYPE, COOKIE, USER_AGENT};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use net::{NetFault, OutRequest, Pinned, Target};
use registry::{KeyHeader, Surface};
use types::DeploymentId;

use crate::GatewayError;
use crate::echo::{Echo, EchoBody};
use crate::keyring::Keyring;
use crate::settings::DeploymentSettings;

const AGENT: HeaderValue = HeaderValue::from_static(concat!("cordon/", env!("CARGO_PKG_VERSION")));
const IDENTITY: HeaderValue = HeaderValue::from_static("identity");
const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// Headers that only Cordon sets, whatever a call brings.
const OURS: [HeaderName; 3] = [AUTHORIZATION, HeaderName::from_static("x-api-key"), COOKIE];

/// Carries calls to the deployments of one configuration.
pub(crate) struct Providers {
    client: Pinned,
    deployments: HashMap<DeploymentId, DeploymentSettings>,
    keyring: Keyring,
    echo: Arc<Echo>,
}

impl Providers {
    /// # Errors
    /// Two deployments of one id.
    pub(crate) fn new(
        client: Pinned,
        deployments: Vec<DeploymentSettings>,
        keyring: Keyring,
        echo: Arc<Echo>,
    ) -> Result<Self, GatewayError> {
        let mut table = HashMap::with_capacity(deployments.len());
        for deployment in deployments {
            let id = deployment.id.clone();
            if table.insert(id.clone(), deployment).is_some() {
                return Err(GatewayError::TwoDeployments(id));
            }
        }
        Ok(Self { client, deployments: table, keyring, echo })
    }

    fn request(&self, deployment: &DeploymentSettings, call: Call) -> Result<OutRequest, UpstreamFault> {
        let unreachable = UpstreamFault::Connect("the deployment has no surface for this dialect");
        let Some(Surface { origin: Some(origin), key }) = deployment.surfaces.get(call.dialect) else {
            return Err(unreachable);
        };
        let mut headers = HeaderMap::with_capacity(call.headers.len() + 6);
        for (name, value) in &call.headers {
            let (Ok(name), Ok(value)) =
                (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_bytes(value))
            else {
                continue;
            };
            headers.append(name, value);
        }
        for ours in &OURS {
            headers.remove(ours);
        }
        headers.insert(USER_AGENT, AGENT);
        headers.insert(ACCEPT_ENCODING, IDENTITY);
        if !call.body.is_empty() {
            headers.entry(CONTENT_TYPE).or_insert(JSON);
        }
        match self.keyring.header(&deployment.provider, call.environment, *key) {
            Some((name, value)) => {
                headers.insert(name, value);
            }
            None if *key == KeyHeader::None || deployment.is_keyless => {}
            None => {
                return Err(UpstreamFault::NoKey {
                    deployment: call.deployment,
                    environment: call.environment,
                    hint: deployment.key_hint.clone(),
                });
            }
        }
        Ok(OutRequest {
            target: Target { secure: origin.secure, host: origin.host.clone(), port: origin.port },
            method: if call.method == "GET" { Method::GET } else { Method::POST },
            path: format!("{}{}", origin.prefix, call.path),
            headers,
            body: call.body,
        })
    }
}

impl Upstream for Providers {
    type Body = ProviderBody;

    async fn send(&self, call: Call) -> Result<Answer<ProviderBody>, UpstreamFault> {
        let Some(deployment) = self.deployments.get(&call.deployment) else {
            return Err(UpstreamFault::Connect("the deployment is not configured"));
        };
        if deployment.is_built_in {
            let answer = self.echo.answer(&call);
            return Ok(Answer {
                status: answer.status,
                headers: answer.headers,
                body: ProviderBody::Echo(answer.body),
            });
        }
        let request = self.request(deployment, call)?;
        let answer = self.client.send(request).await.map_err(fault_of)?;
        let headers = answer
            .headers
            .iter()
            .map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_vec()))
            .collect();
        Ok(Answer { status: answer.status, headers, body: ProviderBody::Net(answer.body) })
    }
}

/// The body of an answer.
#[derive(Debug)]
pub(crate) enum ProviderBody {
    Net(net::Decoded),
    Echo(EchoBody),
}

impl AnswerBody for ProviderBody {
    async fn next(&mut self) -> Option<Result<Bytes, UpstreamFault>> {
        match self {
            Self::Net(body) => Some(body.next().await?.map_err(fault_of)),
            Self::Echo(body) => body.next().map(Ok),
        }
    }
}

fn fault_of(fault: NetFault) -> UpstreamFault {
    match fault {
        NetFault::Connect(what) | NetFault::Request(what) => UpstreamFault::Connect(what),
        NetFault::Broken => UpstreamFault::Broken,
        NetFault::Decode(what) => UpstreamFault::Unreadable(what),
    }
}
