//! DNS cookies.

use std::fmt;

/// A client's cookie, and the server's once it is known (RFC 7873 §4).
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Cookie {
    client: [u8; 8],
    server: [u8; Self::MAX_SERVER_LEN],
    server_len: u8,
}

impl Cookie {
    /// The shortest server cookie.
    const MIN_SERVER_LEN: usize = 8;
    /// The longest server cookie.
    const MAX_SERVER_LEN: usize = 32;

    /// A client's cookie for a server whose own is not known yet.
    #[must_use]
    pub fn client_only(client: [u8; 8]) -> Self {
        Self { client, server: [0; Self::MAX_SERVER_LEN], server_len: 0 }
    }

    /// Both cookies, or `None` unless the server's has 8 to 32 octets.
    #[must_use]
    pub fn new(client: [u8; 8], server: &[u8]) -> Option<Self> {
        if server.len() < Self::MIN_SERVER_LEN {
            return None;
        }
        let mut cookie = Self::client_only(client);
        cookie.server.get_mut(..server.len())?.copy_from_slice(server);
        cookie.server_len = u8::try_from(server.len()).ok()?;
        Some(cookie)
    }

    /// The cookie in an option's data, or `None` if it has neither 8 nor 16 to 40 octets.
    pub(crate) fn read(data: &[u8]) -> Option<Self> {
        match data.split_first_chunk()? {
            (client, []) => Some(Self::client_only(*client)),
            (client, server) => Self::new(*client, server),
        }
    }

    /// The eight octets that the client chose.
    #[must_use]
    pub fn client(&self) -> [u8; 8] {
        self.client
    }

    /// The server's cookie, 8 to 32 octets, if known.
    #[must_use]
    pub fn server(&self) -> Option<&[u8]> {
        self.server.get(..usize::from(self.server_len)).filter(|server| !server.is_empty())
    }
}

/// Shows no octet of either: a cookie in a log could be used by whoever reads it.
impl fmt::Debug for Cookie {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cookie").field("server_len", &self.server_len).finish_non_exhaustive()
    }
}
