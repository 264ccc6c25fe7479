// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCoreApplication>
#include <QTest>
#include <utility>

namespace possync::test {

/// The main() of a test that runs programs: their paths come first among the arguments, before
/// those of QtTest, and the test takes them in its constructor. 2 if one is missing.
template<typename Test, typename Application, std::size_t programs>
int runWithPrograms(int argc, char **argv)
{
    const Application application(argc, argv);
    QStringList arguments = QCoreApplication::arguments();
    if (arguments.size() < qsizetype(programs) + 1)
        return 2;
    const QStringList paths = arguments.mid(1, programs);
    arguments.remove(1, programs);
    return [&]<std::size_t... i>(std::index_sequence<i...>)
    {
        Test test(paths[qsizetype(i)]...);
        return QTest::qExec(&test, arguments);
    }
    (std::make_index_sequence<programs>());
}

} // namespace possync::test
