// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/cli/arguments.h"
#include "console/remote/profile.h"
#include "console/remote/secretstore.h"

#include <functional>

/// Servers that the console keeps, for the terminal. Nothing is ever written.
namespace possync::cli {

/// As the console's settings have them now.
QList<remote::Profile> keptProfiles();

/// Puts the server and the certificate of the named profile into the invocation; the error says
/// which names there are. A certificate that was given stays.
Result<Done, UsageError> useProfile(Invocation &invocation, const QList<remote::Profile> &profiles);

/// Asks the keychain for the token of the profile in use; `begin` gets the invocation, with the
/// token, or with what to do where the server wants one. Once, and not after `context` has gone.
void fetchToken(remote::SecretStore &secrets, const Invocation &invocation, QObject *context,
                std::function<void(Invocation)> begin);

} // namespace possync::cli
