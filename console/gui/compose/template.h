// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/model/catalogue.h"

#include <QByteArray>
#include <QList>
#include <QString>
#include <QStringList>

namespace possync::gui {

/// Field of a typed form.
struct FormField {
    enum Kind { Text, Number, Choice, Flag };
    QByteArray key;
    QString label;
    Kind kind = Text;
    QString preset;
    QStringList choices = {};
    bool isRequired = false;
};

/// A change to start from.
struct ChangeTemplate {
    DataType type = DataType::Orders;
    Action action = Action::Created;
    QString title;    ///< "New order"
    QString entityId; ///< Suggested; the person may change it.
    QList<FormField> fields;
};

/// Templates for every data type and each of its actions.
QList<ChangeTemplate> allTemplates();

/// JSON object of a template's presets.
QByteArray presetData(const ChangeTemplate &chosen);

/// `object` with one member set to a value written as this kind wants; other members keep their
/// text. An empty text removes the member. Not an object: a new one is begun.
QByteArray withMember(const QByteArray &object, const QByteArray &key, FormField::Kind kind,
                      const QString &text);

/// Why this text cannot be sent as the data of a change; empty if it can.
QString dataProblem(const QByteArray &text, const ChangeTemplate &chosen);

} // namespace possync::gui
